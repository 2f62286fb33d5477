"""The host's HTTP server: one port for the app, the webhook, the admin endpoints and sign-in.

Must not know what the answers mean.
"""

import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.functions_host import admin, event_grid, paths
from sandbox.functions_host.admin import Admin
from sandbox.functions_host.errors import HostError
from sandbox.functions_host.event_grid import EventGridWebhook
from sandbox.functions_host.http_trigger import HttpTrigger

#: Largest request body, as in Azure.
BODY_LIMIT: Final = 100 * 1024 * 1024

_OPEN: Final = "/runtime/"
_HOMEPAGE_OFF: Final = "AzureWebJobsDisableHomepage"
_HOMEPAGE: Final = (
    "<!doctype html><html lang=en><title>Functions host</title>"
    "<h1>The Functions app is running</h1>"
)


class Server:
    """Serves on loopback."""

    def __init__(
        self,
        http: HttpTrigger,
        webhook: EventGridWebhook,
        endpoints: Admin,
        middleware: Middleware,
        environment: Mapping[str, str],
    ) -> None:
        self._http = http
        self._webhook = webhook
        self._admin = endpoints
        self._homepage = environment.get(_HOMEPAGE_OFF, "").lower() != "true"
        application = web.Application(client_max_size=BODY_LIMIT, middlewares=[middleware])
        application.router.add_route("*", r"/{path:[\s\S]*}", self._answer)
        # The server would answer unreadable requests in its own log's format, with their headers.
        self._runner = web.AppRunner(application, access_log=None, handle_signals=False)

    async def start(self, port: int) -> None:
        """Listen on `port`.

        Raises:
            HostError: the port is taken.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, "127.0.0.1", port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise HostError(
                f"cannot listen on port {port} of 127.0.0.1: {os.strerror(error.errno or 0)}. "
                "Is this sandbox running already? Stop it, or use another state folder",
            ) from error

    async def stop(self) -> None:
        """Accept no more connections; close those there are."""
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if (request.content_length or 0) > BODY_LIMIT:
            return web.Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        path = paths.path(request).lower()
        if path == event_grid.PATH:
            return await self._webhook.answer(request)
        if path.startswith(admin.PREFIX):
            return await self._admin.answer(request)
        if path.startswith(_OPEN):
            # Open to unsigned callers, so never the app's.
            return web.Response(status=HTTPStatus.NOT_FOUND)
        answer = await self._http.answer(request)
        if answer is None and path == "/":
            return self._home()
        return answer or web.Response(status=HTTPStatus.NOT_FOUND)

    def _home(self) -> web.Response:
        if not self._homepage:
            return web.Response(status=HTTPStatus.NO_CONTENT)
        return web.Response(text=_HOMEPAGE, content_type="text/html")
