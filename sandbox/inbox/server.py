"""The aiohttp application of the inbox: webhook, mail server, page and JSON."""

import datetime as dt
from collections.abc import AsyncIterator

from aiohttp import web

from sandbox.config import Config
from sandbox.inbox import api, mail, pages, smtp, webhook
from sandbox.inbox.messages import Messages
from sandbox.serving import admin_key, process
from sandbox.serving.faults import Faults


def build(config: Config) -> web.Application:
    """Return the inbox for the sandbox of `config`; mails are taken when it is started."""
    guard = admin_key.require_key(config.master_key, _administrative)
    app = web.Application(middlewares=[process.log_requests, guard])
    app[api.MESSAGES] = messages = Messages(config.folder / "inbox")
    app[api.FAULTS] = faults = Faults()
    webhook.add_route(app, config.teams_secret)
    api.add_routes(app)
    pages.add_routes(app)

    def receive(content: bytes, sender: str, recipients: list[str]) -> None:
        messages.add(mail.read(content, sender, recipients, dt.datetime.now(dt.UTC)))

    async def take_mails(_: web.Application) -> AsyncIterator[None]:
        async with smtp.serving(config.ports.smtp, receive, faults):
            yield

    app.cleanup_ctx.append(take_mails)
    return app


def _administrative(request: web.Request) -> bool:
    return request.path.startswith("/sandbox/") or request.method == "DELETE"
