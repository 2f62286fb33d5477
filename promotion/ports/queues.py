"""Hints to the queue functions, and those that were given up."""

import datetime as dt
from enum import StrEnum
from typing import Protocol

import msgspec


class Queue(StrEnum):
    """The queues; a message in one is a hint to look at a request, nothing more."""

    VALIDATIONS = "validations"
    PROMOTIONS = "promotions"
    DELIVERIES = "deliveries"


class Poisoned(msgspec.Struct, frozen=True, kw_only=True):
    """A hint that the platform gave up on, after its function failed as often as host.json allows."""

    queue: Queue
    request_id: str
    #: What the queue needs to forget the message.
    receipt: str


class Hints(Protocol):
    """Sends hints to the queue functions, and shows those that were given up."""

    def send(
        self,
        queue: Queue,
        request_id: str,
        *,
        delay: dt.timedelta = dt.timedelta(0),
    ) -> None:
        """Ask for the request to be looked at, after `delay`."""
        ...

    def poisoned(self) -> tuple[Poisoned, ...]:
        """Return some of the hints that were given up, hidden from others for a while."""
        ...

    def forget(self, poisoned: Poisoned) -> None:
        """Take a hint that was given up off for good."""
        ...
