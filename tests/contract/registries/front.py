"""The sandbox's blob front with a hand on it: counts what passes, refuses, cuts and rewrites.

Runs in a thread of the test's process on the ports the local Azure ML service hands out, so that
everything the adapter does with blobs passes here. Storage behind it is Azurite's own.
"""

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import ClientResponse, web

from sandbox import tls
from sandbox.blob_front import server
from sandbox.blob_front.addresses import Addresses
from sandbox.blob_front.proxy import Proxy
from sandbox.config import Config


@dataclass(frozen=True)
class Seen:
    """One request that passed, with the bytes of content in both directions."""

    method: str
    path: str
    query: str
    copy_source: bool
    status: int
    sent: int
    received: int

    @property
    def is_copy(self) -> bool:
        """Whether storage was asked to copy a whole file."""
        return self.method == "PUT" and self.copy_source and "comp=" not in self.query

    @property
    def is_listing(self) -> bool:
        """Whether a container was listed."""
        return "comp=list" in self.query

    @property
    def file(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass
class Plan:
    """What to do with the next `times` requests that match."""

    method: str = ""
    path: str = ""
    query: str = ""
    #: None: with or without a source to copy from.
    copying: bool | None = None
    times: int = 1
    #: Pass over this many matching requests first.
    skip: int = 0
    status: int = 0
    code: str = "ServerBusy"
    headers: dict[str, str] = field(default_factory=dict)
    #: Break the connection off after this many bytes of the answer; -1: never.
    cut_after: int = -1
    #: Change the answer's body; headers stay.
    rewrite: Callable[[bytes], bytes] | None = None
    #: Change the answer's headers.
    change_headers: dict[str, str] = field(default_factory=dict)
    #: Answer this in storage's place, made of the header Authorization and the body.
    answer: Callable[[str, bytes], bytes] | None = None
    #: Run before the request goes on; may block.
    before: Callable[[], None] | None = None

    def matches(self, request: web.Request) -> bool:
        """Whether this plan is about a request; counts it."""
        path, _, query = request.raw_path.partition("?")
        copying = "x-ms-copy-source" in request.headers
        fits = (
            self.times > 0
            and re.fullmatch(self.method or ".*", request.method) is not None
            and re.search(self.path, path) is not None
            and re.search(self.query, query) is not None
            and self.copying in {None, copying}
        )
        if fits and self.skip:
            self.skip -= 1
            return False
        self.times -= fits
        return fits


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
            response = await self._refuse(refusal, request)
        elif answering:
            response = await _answer(answering, request)
        else:
            response = await super().handle(request)
        self.seen.append(_seen(request, response))
        return response

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


def _seen(request: web.Request, response: web.StreamResponse) -> Seen:
    path, _, query = request.raw_path.partition("?")
    content = request.method == "GET" and response.status < 300
    return Seen(
        method=request.method,
        path=path,
        query=query,
        copy_source="x-ms-copy-source" in request.headers,
        status=response.status,
        sent=request.content_length or 0,
        received=(response.content_length or 0) if content else 0,
    )


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
