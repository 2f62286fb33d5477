"""Waits for what a registry does in its own time.

Knows the protocol: Location, 202 until another status. Registries were only seen to answer without a
`status` in the body then; Azure Resource Manager puts one there, so where it stands it is believed.
"""

import time
from http import HTTPStatus
from typing import Final

from azure.core.rest import HttpRequest, HttpResponse

from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.errors import scrub, translated
from promotion.adapters.azureml.http import body_of
from promotion.domain.assets import Home
from promotion.domain.errors import BrokenError, RetryableError

_DONE: Final = frozenset({"succeeded", "completed"})
_GAVE_UP: Final = frozenset({"failed", "canceled", "cancelled"})


class UnderWayError(RetryableError):
    """The registry is at it, and asking for the same again finds how far it is."""


def finish(connections: Connections, operation: str, doing: str, home: Home) -> None:
    """Wait until an operation has ended; an empty address is one that has.

    Args:
        connections: the service.
        operation: the address to ask (`Location`).
        doing: what is done, to follow "While": `sharing to azureml://...`.
        home: the registry that does it.

    Raises:
        UnderWayError: it is not done within the time of one call.
        BrokenError: the registry gave it up.
    """
    until = time.monotonic() + connections.settings.call_seconds
    while operation:
        with translated(doing, home, connections.plane.identity):
            response = connections.plane.send(HttpRequest("GET", operation))
            ended = _ended(response)
        if ended:
            _require_done(ended, response, doing, home)
            return
        if time.monotonic() > until:
            raise UnderWayError(f"While {doing}: it is not done yet.", "It is asked again.")
        time.sleep(connections.settings.poll_seconds)


def _ended(response: HttpResponse) -> str:
    """Return how it ended, in lower case; empty: it has not."""
    if response.status_code == HTTPStatus.ACCEPTED:
        return ""
    told = str(body_of(response).get("status") or "succeeded").lower()
    return told if told in _DONE | _GAVE_UP else ""


def _require_done(ended: str, response: HttpResponse, doing: str, home: Home) -> None:
    if ended in _GAVE_UP:
        raise BrokenError(
            f"While {doing}: {home.name} ended the operation as {ended}: {scrub(response.text())}",
            "Look at the message, then retry.",
        )
