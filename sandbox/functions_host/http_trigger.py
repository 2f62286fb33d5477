"""HTTP triggers: finds the function of a request, checks its key, runs it, answers.

Must not know who is signed in: Easy Auth left the headers as the app may see them.
"""

import asyncio
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web

from sandbox.functions_host import paths
from sandbox.functions_host.easy_auth import HEADERS
from sandbox.functions_host.errors import HostError
from sandbox.functions_host.functions import HTTP, Function
from sandbox.functions_host.http_messages import BadAnswerError, request_value, response
from sandbox.functions_host.invocations import Invocations
from sandbox.functions_host.keys import Keys
from sandbox.functions_host.routes import Template

_log: Final = logging.getLogger(__name__)

#: Routes the platform keeps to itself; a function there is never reached.
_RESERVED: Final = frozenset({"admin", "runtime", ".auth"})


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A function and where it answers; no methods are all methods."""

    template: Template
    methods: frozenset[str]
    function: Function


class HttpTrigger:
    """Serves the app's HTTP functions."""

    def __init__(
        self,
        routes: Sequence[Route],
        keys: Keys,
        invocations: Invocations,
        *,
        seconds: float,
    ) -> None:
        self._routes = sorted(routes, key=lambda route: route.template.precedence)
        self._keys = keys
        self._invocations = invocations
        self._seconds = seconds

    async def answer(self, request: web.Request) -> web.StreamResponse | None:
        """Return the function's response; None when no route matches path and method.

        The real host answers 404 for a method that no function of the path takes, too
        (azure-functions-host issue 10098), and after 230 s Azure's load balancer gives up.
        """
        found = self._find(request)
        if found is None:
            return None
        route, values = found
        if not self._keys.opens_function(request, route.function.trigger.text("authLevel")):
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        value = request_value(request, request[HEADERS], values, await request.read())
        run = self._invocations.start(route.function, value, reason="http")
        try:
            outcome = await asyncio.wait_for(asyncio.shield(run), self._seconds)
        except TimeoutError:
            _log.error("no HTTP answer in time", extra={"function": route.function.name})
            return web.Response(status=HTTPStatus.GATEWAY_TIMEOUT)
        if not outcome.succeeded:
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
        try:
            return response(outcome.returned)
        except BadAnswerError as error:
            _log.error("%s", error, extra={"function": route.function.name})
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)

    def _find(self, request: web.Request) -> tuple[Route, dict[str, str]] | None:
        path = paths.parts(request)
        for route in self._routes:
            if route.methods and request.method not in route.methods:
                continue
            values = route.template.match(path)
            if values is not None:
                return route, values
        return None


def routes(functions: Sequence[Function], prefix: str) -> list[Route]:
    """Return the routes of the app's HTTP functions.

    Raises:
        HostError: a bad template, a route of the platform's own, or two functions on one route.
    """
    found = [_route(function, prefix) for function in functions if function.trigger.kind == HTTP]
    _refuse_duplicates(found)
    return found


def _route(function: Function, prefix: str) -> Route:
    # An empty route is the function's name, as in the real host.
    own = function.trigger.text("route") or function.name
    try:
        template = Template.parse("/".join(filter(None, (prefix, own.strip("/")))))
    except ValueError as error:
        raise HostError(f"{function.name}: {error}") from error
    if template.text.split("/")[0].lower() in _RESERVED:
        raise HostError(f"{function.name}: the route {template.text} belongs to the platform")
    methods = function.trigger.settings.get("methods") or ()
    return Route(
        template=template,
        methods=frozenset(str(method).upper() for method in methods),
        function=function,
    )


def _refuse_duplicates(found: Sequence[Route]) -> None:
    for position, route in enumerate(found):
        for other in found[:position]:
            both = not route.methods or not other.methods or route.methods & other.methods
            if route.template.shape == other.template.shape and both:
                raise HostError(
                    f"{other.function.name} and {route.function.name} have the same route "
                    f"{route.template.text} and methods: one of them would never be called",
                )
