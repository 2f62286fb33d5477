"""The sandbox's blob front with a hand on it: counts what passes, refuses, cuts and rewrites.

Runs in a thread of the test's process on the ports the local Azure ML service hands out, so that
everything the adapter does with blobs passes here. Storage behind it is Azurite's own.
"""

import asyncio
import threading

from aiohttp import ClientResponse, web

from sandbox import tls
from sandbox.blob_front import server
from sandbox.blob_front.addresses import Addresses
from sandbox.blob_front.proxy import Proxy
from sandbox.config import Config
from tests.contract.registries.plans import Plan, Seen, seen

_PLANS = web.RequestKey("plans", list[Plan])


class _Handle(Proxy):
    """The front's proxy, which the plans steer."""

    seen: list[Seen]
    plans: list[Plan]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        due = [plan for plan in self.plans if plan.matches(request)]
        request[_PLANS] = due
        for plan in due:
            if plan.before is not None:
                await asyncio.to_thread(plan.before)
        refusal = next((plan for plan in due if plan.status), None)
        answering = next((plan for plan in due if plan.answer), None)
        if refusal:
            return await self._refuse(refusal, request)
        if answering:
            return await _answer(answering, request)
        return await super().handle(request)

    async def note(self, request: web.Request, response: web.StreamResponse) -> None:
        """Keep what passed: before the answer goes out, so that who has it finds it in `seen`."""
        self.seen.append(seen(request, response))

    async def _refuse(self, plan: Plan, request: web.Request) -> web.StreamResponse:
        await request.read()
        body = f"<?xml version='1.0'?><Error><Code>{plan.code}</Code><Message>planned</Message></Error>"
        headers = {"x-ms-error-code": plan.code, **plan.headers}
        return web.Response(
            status=plan.status, text=body, content_type="application/xml", headers=headers
        )

    async def _return(self, request: web.Request, answer: ClientResponse) -> web.StreamResponse:
        due = request[_PLANS]
        for plan in due:
            if plan.after is not None:
                await asyncio.to_thread(plan.after)
            if plan.cut_after >= 0:
                return await _cut(request, answer, plan.cut_after)
        if not any(plan.rewrite or plan.change_headers for plan in due):
            return await super()._return(request, answer)
        body, headers = await answer.read(), answer.headers.copy()
        for plan in due:
            body = plan.rewrite(body) if plan.rewrite else body
            headers.update(plan.change_headers)
        for name in ("Content-Length", "Transfer-Encoding", "Connection"):
            headers.popall(name, None)
        return web.Response(status=answer.status, body=body, headers=headers)


class Front:
    """The running front: `plan` what happens, look at `seen` afterwards."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.seen: list[Seen] = []
        self.plans: list[Plan] = []
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="front")
        self._loop: asyncio.AbstractEventLoop
        self._stopped: asyncio.Event

    def start(self) -> None:
        """Listen; the ports answer when this returns."""
        self._thread.start()
        assert self._ready.wait(30), "the front did not start in 30 s"
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Listen no more."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(30)
        assert not self._thread.is_alive(), "the front did not stop in 30 s"

    def plan(self, **what: object) -> Plan:
        """Plan something for requests to come; see `Plan`."""
        made = Plan(**what)  # type: ignore[arg-type]  # the fields of Plan by name
        self.plans.append(made)
        return made

    def reset(self) -> None:
        """Forget plans and what was seen."""
        self.plans.clear()
        self.seen.clear()

    @property
    def copies(self) -> list[str]:
        """The files that storage was asked to copy and took, in order."""
        return [each.file for each in self.seen if each.is_copy and each.status < 300]

    @property
    def content_bytes(self) -> int:
        """Bytes of files that passed, in either direction: listings are not counted."""
        return sum(each.sent + each.received for each in self.seen if not each.is_listing)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        addresses = Addresses.of(self.config)
        async with server._session() as session:
            proxy = _Handle(addresses, session)
            proxy.seen, proxy.plans = self.seen, self.plans
            runner = server._runner(proxy)
            runner.app.on_response_prepare.append(proxy.note)
            await runner.setup()
            try:
                context = tls.server_context(self.config)
                for port in addresses.ports:
                    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
                self._ready.set()
                await self._stopped.wait()
            finally:
                await _stop(runner)


async def _stop(runner: web.AppRunner) -> None:
    # An idle client need not agree to the end of its TLS connection.
    server_of = runner.server
    transports = [] if server_of is None else [one.transport for one in server_of.connections]
    await runner.cleanup()
    for transport in transports:
        if transport is not None:
            transport.abort()
    await asyncio.sleep(0)


async def _answer(plan: Plan, request: web.Request) -> web.Response:
    assert plan.answer is not None
    body = plan.answer(request.headers.get("Authorization", ""), await request.read())
    return web.Response(body=body, content_type="application/xml")


async def _cut(request: web.Request, answer: ClientResponse, after: int) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    await response.prepare(request)
    await response.write((await answer.read())[:after])
    if request.transport is not None:
        request.transport.abort()
    return response
