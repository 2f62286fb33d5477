"""Waits for what a registry does in its own time. Knows the protocol (202, Location, until another status)."""

import time
from http import HTTPStatus

from azure.core.rest import HttpRequest, HttpResponse

from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.errors import translated
from promotion.domain.assets import Home
from promotion.domain.errors import RetryableError


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
    """
    until = time.monotonic() + connections.settings.call_seconds
    while operation:
        with translated(doing, home, connections.plane.identity):
            response: HttpResponse = connections.plane.send(HttpRequest("GET", operation))
        if response.status_code != HTTPStatus.ACCEPTED:
            return
        if time.monotonic() > until:
            raise UnderWayError(f"While {doing}: it is not done yet.", "It is asked again.")
        time.sleep(connections.settings.poll_seconds)
