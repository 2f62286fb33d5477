"""The aiohttp application of Event Grid: routes, guards and the services behind them."""

import functools
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web

from sandbox.config import Config
from sandbox.event_grid import admin, services, topics
from sandbox.serving import admin_key, process

#: Requests over this many bytes are not even read; the topics' own limit is lower.
_READ_LIMIT: Final = 4 * 1024 * 1024


def build(config: Config) -> web.Application:
    """Return Event Grid for the sandbox of `config`; it begins to deliver when it is started."""
    app = web.Application(
        client_max_size=_READ_LIMIT,
        middlewares=[
            process.log_requests,
            admin_key.require_key(config.master_key, _administrative),
            topics.explain_refusals,
        ],
    )
    app.cleanup_ctx.append(functools.partial(_run_services, config))
    topics.add_routes(app)
    admin.add_routes(app)
    return app


async def _run_services(config: Config, app: web.Application) -> AsyncIterator[None]:
    async with services.running(config) as parts:
        app[services.SERVICES] = parts
        yield


def _administrative(request: web.Request) -> bool:
    return request.path.startswith("/sandbox/")
