"""The host's admin endpoints, behind the master key: status, the functions, run one now.

Must not know how triggers are served.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
from aiohttp import web
from azure.functions.meta import Datum

from sandbox.functions_host import paths
from sandbox.functions_host.functions import EVENT_GRID, HTTP, QUEUE, TIMER, Function
from sandbox.functions_host.invocations import Invocations
from sandbox.functions_host.keys import Keys
from sandbox.functions_host.timer import timer_value

PREFIX: Final = "/admin/"

_RUN: Final = "functions/"
_REASON: Final = "admin"


class Admin:
    """Answers below `/admin/`."""

    def __init__(
        self,
        functions: Sequence[Function],
        keys: Keys,
        invocations: Invocations,
        state: Callable[[], str],
    ) -> None:
        """Answer with what `state` says: `Starting`, `Running`, `Stopping`."""
        self._functions = {function.name.lower(): function for function in functions}
        self._keys = keys
        self._invocations = invocations
        self._state = state

    async def answer(self, request: web.Request) -> web.Response:
        """Return the answer to one request below `/admin/`."""
        if not self._keys.opens_admin(request):
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        path = paths.path(request).lower().removeprefix(PREFIX)
        match (request.method, path):
            case ("GET", "host/status"):
                return web.json_response({"id": "sandbox", "state": self._state(), "version": "4"})
            case ("GET" | "POST", "host/ping"):
                return web.Response(status=HTTPStatus.OK)
            case ("GET", "functions"):
                return web.json_response([_described(one) for one in self._functions.values()])
            case ("POST", _) if path.startswith(_RUN):
                return await self._run(request, path.removeprefix(_RUN))
            case _:
                return web.Response(status=HTTPStatus.NOT_FOUND)

    async def _run(self, request: web.Request, name: str) -> web.Response:
        function = self._functions.get(name)
        if function is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        try:
            value, metadata = _value(function, _input(await request.read()))
        except ValueError as error:
            return web.Response(status=HTTPStatus.BAD_REQUEST, text=str(error))
        self._invocations.start(function, value, reason=_REASON, metadata=metadata)
        return web.Response(status=HTTPStatus.ACCEPTED)


def _input(body: bytes) -> str:
    """Return the `input` of a request's body; an empty body has none.

    Raises:
        ValueError: the body is no JSON object, or its `input` no text.
    """
    try:
        decoded = msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"the body is not JSON: {error}") from error
    text = decoded.get("input", "") if isinstance(decoded, dict) else None
    if not isinstance(text, str):
        raise ValueError('the body must be {"input": "..."}, with a text')  # noqa: TRY004 - bad data, not a bug
    return text


def _value(function: Function, text: str) -> tuple[Datum, dict[str, Datum]]:
    match function.trigger.kind:
        case kind if kind == TIMER:
            return timer_value(None, past_due=False), {}
        case kind if kind == QUEUE:
            return Datum(text, "string"), _queue_metadata()
        case kind if kind == EVENT_GRID:
            event = msgspec.json.decode(text, type=dict[str, Any])
            return Datum(msgspec.json.encode(event).decode(), "json"), {}
        case kind if kind == HTTP:
            return _http_value(function, text), {}
        case kind:
            raise ValueError(f"a function with {kind} cannot be run from here")


def _queue_metadata() -> dict[str, Datum]:
    now = dt.datetime.now(dt.UTC).isoformat()
    return {
        "Id": Datum("admin", "string"),
        "DequeueCount": Datum(1, "int"),
        "InsertionTime": Datum(now, "string"),
    }


def _http_value(function: Function, text: str) -> Datum:
    value: dict[str, Any] = {
        "method": Datum("POST", "string"),
        "url": Datum(f"{PREFIX}{_RUN}{function.name}", "string"),
        "headers": {},
        "query": {},
        "params": {},
        "body": Datum(text.encode(), "bytes"),
    }
    return Datum(value, "http")


def _described(function: Function) -> dict[str, Any]:
    bindings = [function.trigger, *function.outputs]
    return {
        "name": function.name,
        "config": {"bindings": [dict(binding.settings) for binding in bindings]},
    }
