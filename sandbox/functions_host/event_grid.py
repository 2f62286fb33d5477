"""The Event Grid webhook: handshakes, notifications, unsubscription.

Follows `HttpRequestProcessor.cs` of Microsoft.Azure.WebJobs.Extensions.EventGrid, but for what can
never work: there a body that is not JSON throws, the host answers 500, and Event Grid sends it
again for a day. Here it is 400, which Event Grid does not repeat: it goes to the dead letter at
once, where a person finds it. The OPTIONS handshake is that of CloudEvents' webhook specification.
Must not know what the functions do.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
from aiohttp import web
from azure.functions.meta import Datum

from sandbox.functions_host.functions import EVENT_GRID, Function
from sandbox.functions_host.invocations import Invocations
from sandbox.functions_host.keys import Keys

#: Compared in lower case.
PATH: Final = "/runtime/webhooks/eventgrid"

_log: Final = logging.getLogger(__name__)
_EVENT_TYPE: Final = "aeg-event-type"

Event = dict[str, Any]


class EventGridWebhook:
    """Serves the app's Event Grid functions."""

    def __init__(
        self,
        functions: Sequence[Function],
        keys: Keys,
        invocations: Invocations,
    ) -> None:
        self._functions: Mapping[str, Function] = {
            function.name: function for function in functions if function.trigger.kind == EVENT_GRID
        }
        self._keys = keys
        self._invocations = invocations

    async def answer(self, request: web.Request) -> web.Response:
        """Return the answer to one request at the webhook."""
        if not self._keys.opens_event_grid(request):
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        name = request.query.get("functionName", "")
        function = self._functions.get(name)
        if function is None:
            _log.warning("Event Grid asks for an unknown function", extra={"function": name})
            return _text(HTTPStatus.NOT_FOUND, f"cannot find function: '{name}'")
        if request.method == "OPTIONS":
            return _agree(request)
        return await self._by_type(function, request)

    async def _by_type(self, function: Function, request: web.Request) -> web.Response:
        match request.headers.get(_EVENT_TYPE, "").lower():
            case "subscriptionvalidation":
                return _validate(await request.read())
            case "notification":
                return await self._notify(function, await request.read())
            case "unsubscribe":
                return web.Response(status=HTTPStatus.ACCEPTED)
            case _:
                return _text(HTTPStatus.BAD_REQUEST, f"the header {_EVENT_TYPE} is missing")

    async def _notify(self, function: Function, body: bytes) -> web.Response:
        try:
            events = _events(body)
        except ValueError as error:
            return _refuse(error)
        outcomes = await asyncio.gather(*(self._run(function, event) for event in events))
        failures = [error for error in outcomes if error is not None]
        if failures:
            return _text(HTTPStatus.INTERNAL_SERVER_ERROR, "\n".join(failures))
        return web.Response(status=HTTPStatus.ACCEPTED)

    async def _run(self, function: Function, event: Event) -> str | None:
        value = Datum(msgspec.json.encode(event).decode(), "json")
        outcome = await asyncio.shield(
            self._invocations.start(function, value, reason="eventGrid"),
        )
        return outcome.error


def _agree(request: web.Request) -> web.Response:
    # CloudEvents HTTP webhook specification 1.0.2, section 4: consent is in the headers.
    origin = request.headers.get("WebHook-Request-Origin")
    if not origin:
        return _text(HTTPStatus.BAD_REQUEST, "the header WebHook-Request-Origin is missing")
    headers = {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"}
    return web.Response(status=HTTPStatus.OK, headers=headers)


def _validate(body: bytes) -> web.Response:
    try:
        event = _events(body)[0]
        code = _validation_code(event.get("data"))
    except (ValueError, IndexError) as error:
        return _refuse(error)
    return web.json_response({"validationResponse": code})


def _validation_code(data: object) -> str:
    # The data of a CloudEvent's handshake is JSON in a string.
    if isinstance(data, str):
        data = _decode(data.encode())
    code = data.get("validationCode") if isinstance(data, dict) else None
    if not isinstance(code, str):
        raise ValueError("the event has no data.validationCode")  # noqa: TRY004 - bad data, not a bug
    return code


def _events(body: bytes) -> list[Event]:
    """Return the events of a body: an array of them, or one.

    Raises:
        ValueError: it is not JSON, or has no events.
    """
    decoded = _decode(body)
    events = decoded if isinstance(decoded, list) else [decoded]
    if not all(isinstance(event, dict) for event in events):
        raise ValueError("the body is neither an event nor an array of events")
    return events


def _decode(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"the body is not JSON: {error}") from error
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error


def _refuse(error: Exception) -> web.Response:
    _log.warning("refused what Event Grid sent: %s", error)
    return _text(HTTPStatus.BAD_REQUEST, str(error))


def _text(status: HTTPStatus, text: str) -> web.Response:
    return web.Response(status=status, text=text)
