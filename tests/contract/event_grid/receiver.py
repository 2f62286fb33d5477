"""A webhook that records what it was sent and answers as planned."""

import asyncio
import contextlib
import datetime as dt
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from sandbox.config import Config

WEBHOOK: Final = "/runtime/webhooks/EventGrid"


@dataclass
class Received:
    """One POST that reached the receiver."""

    headers: dict[str, str]
    body: Any
    query: dict[str, str]
    at: dt.datetime


@dataclass
class Receiver:
    """A webhook: agrees to subscriptions, answers `statuses` in turn and then 202."""

    statuses: list[int] = field(default_factory=list)
    delay: float = 0
    agrees: bool = True
    received: list[Received] = field(default_factory=list)
    handshakes: list[Received] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Record the request and answer as planned."""
        text = await request.text()
        try:
            body = json.loads(text)
        except ValueError:
            body = text
        at = dt.datetime.now(dt.UTC)
        received = Received(dict(request.headers), body, dict(request.query), at)
        if request.headers.get("aeg-event-type") == "SubscriptionValidation":
            self.handshakes.append(received)
            return self._agree({"validationResponse": body[0]["data"]["validationCode"]})
        self.received.append(received)
        status = self.statuses.pop(0) if self.statuses else 202
        await asyncio.sleep(self.delay)
        return web.Response(status=status)

    async def options(self, request: web.Request) -> web.Response:
        """Answer CloudEvents' handshake."""
        at = dt.datetime.now(dt.UTC)
        self.handshakes.append(Received(dict(request.headers), None, dict(request.query), at))
        if not self.agrees:
            return web.Response(status=405)
        origin = request.headers["WebHook-Request-Origin"]
        return web.Response(headers={"WebHook-Allowed-Origin": origin})

    def _agree(self, answer: dict[str, str]) -> web.Response:
        return web.json_response(answer) if self.agrees else web.Response(status=404)

    @property
    def subjects(self) -> list[str]:
        """What arrived, by subject, in order."""
        return [event["subject"] for each in self.received for event in each.body]

    @contextlib.asynccontextmanager
    async def serving(self, config: Config) -> AsyncIterator[None]:
        """Listen where the Functions app would."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post(WEBHOOK, self.answer)
        app.router.add_options(WEBHOOK, self.options)
        async with listening(app, config.ports.functions):
            yield


@contextlib.asynccontextmanager
async def listening(app: web.Application, port: int) -> AsyncIterator[None]:
    """Serve an application on a loopback port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()


async def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    """Wait until the condition holds; fail after `seconds`."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        held = condition()
        if await held if asyncio.iscoroutine(held) else held:
            return
        assert asyncio.get_running_loop().time() < end, "the awaited condition did not come"
        await asyncio.sleep(0.01)
