"""HTTP requests and responses as the worker sees them. Must not know routes, keys or functions.

The host hands every name once: several values of a header or a query parameter are joined by
commas, as the .NET host's `StringValues.ToString()` does.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any, Final

from aiohttp import web
from azure.functions.meta import Datum
from multidict import CIMultiDict

#: What the server of the response sets by itself.
_OWN: Final = frozenset({"content-length", "transfer-encoding", "connection", "date", "server"})
_STATUSES: Final = range(100, 1000)


class BadAnswerError(Exception):
    """A function returned what cannot be sent as an HTTP response."""


def request_value(
    request: web.Request,
    headers: CIMultiDict[str],
    route_values: Mapping[str, str],
    body: bytes,
) -> Datum:
    """Return a request as the value of an HTTP trigger.

    Args:
        request: what came in.
        headers: its headers as Easy Auth leaves them.
        route_values: the values of the route's parameters.
        body: the bytes of the body.
    """
    value: dict[str, Any] = {
        "method": _text(request.method),
        "url": _text(str(request.url)),
        "headers": _joined(headers.items()),
        "query": _joined(request.query.items()),
        "params": {name: _text(value) for name, value in route_values.items()},
        "body": Datum(body, "bytes"),
    }
    return Datum(value, "http")


def response(returned: Datum | None) -> web.Response:
    """Return what a function returned as a response.

    Raises:
        BadAnswerError: it has no status, or a header with a line break.
    """
    if returned is None or returned.type is None:
        return web.Response(status=HTTPStatus.NO_CONTENT)
    if returned.type != "http":
        return web.Response(text=str(returned.value))
    value = returned.value
    return web.Response(
        status=_status(value["status_code"].value),
        headers=_headers(value),
        body=value["body"].value,
    )


def _text(value: str) -> Datum:
    return Datum(value, "string")


def _joined(items: Iterable[tuple[str, str]]) -> dict[str, Datum]:
    values: CIMultiDict[str] = CIMultiDict(items)
    names = {name.lower(): name for name in reversed(list(values))}
    return {name: _text(",".join(values.getall(name))) for name in names.values()}


def _status(text: str) -> int:
    if not text.isdecimal() or int(text) not in _STATUSES:
        raise BadAnswerError(f"the response's status is {text!r}, and must be a number of 100-999")
    return int(text)


def _headers(value: Mapping[str, Any]) -> CIMultiDict[str]:
    headers: CIMultiDict[str] = CIMultiDict()
    for name, datum in value["headers"].items():
        if name.lower() not in _OWN:
            headers.add(name, str(datum.value))
    cookies: list[SimpleCookie] = value.get("cookies") or []
    for cookie in cookies:
        for morsel in cookie.values():
            headers.add("Set-Cookie", morsel.OutputString())
    if any("\r" in text or "\n" in text for item in headers.items() for text in item):
        raise BadAnswerError("a header of the response has a line break")
    return headers
