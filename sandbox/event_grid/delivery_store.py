"""Keeps deliveries in storage: one blob each, pending ones apart from finished ones.

A finished delivery is kept for a while so that it can be looked at and repeated. Must not decide
anything about a delivery.
"""

import contextlib
from collections import deque
from typing import Final, Protocol

import msgspec
from azure.core.exceptions import ResourceNotFoundError

from sandbox.event_grid import dead_letters
from sandbox.event_grid.deliveries import Delivery
from sandbox.event_grid.events import Schema
from sandbox.event_grid.storage import Storage

_PENDING: Final = "pending/"
_FINISHED: Final = "finished/"
#: How many finished deliveries are kept.
KEPT: Final = 500


class SchemaOf(Protocol):
    """Says in which schema a delivery's dead letter is written."""

    def __call__(self, delivery: Delivery) -> Schema:
        """Return the schema of the delivery's subscription."""
        ...


class DeliveryStore:
    """Deliveries in storage. Methods raise `AzureError` when the storage does not answer."""

    def __init__(self, storage: Storage, schema_of: SchemaOf) -> None:
        self._storage = storage
        self._schema_of = schema_of
        self._finished: deque[str] = deque()

    async def load(self) -> list[Delivery]:
        """Return the pending deliveries that an earlier process left, oldest first."""
        self._finished.extend(await self._storage.names(_FINISHED))
        return [await self._read(name) for name in await self._storage.names(_PENDING)]

    async def save(self, delivery: Delivery) -> None:
        """Write a delivery as it is now; a dead one gets its dead letter first.

        Each step may be repeated: a crash between two of them costs a duplicate, never an event.
        """
        if delivery.state == "pending":
            await self._write(_PENDING, delivery)
            return
        if delivery.state == "dead-lettered":
            await self._bury(delivery)
        await self._write(_FINISHED, delivery)
        await self._storage.delete(f"{_PENDING}{delivery.id}.json")
        await self._forget_old(f"{_FINISHED}{delivery.id}.json")

    async def finished(self) -> list[Delivery]:
        """Return the finished deliveries that are still kept, oldest first."""
        found = []
        for name in await self._storage.names(_FINISHED):
            with contextlib.suppress(ResourceNotFoundError):  # forgotten since it was listed
                found.append(await self._read(name))
        return found

    async def _bury(self, delivery: Delivery) -> None:
        # Named by the attempt's hour, not by the clock's: a repetition replaces, it does not add.
        when = delivery.last_attempt_time or delivery.publish_time
        record = dead_letters.record(delivery, self._schema_of(delivery))
        await self._storage.add_dead_letter(dead_letters.path(delivery, when), record)

    async def _forget_old(self, name: str) -> None:
        self._finished.append(name)
        while len(self._finished) > KEPT:
            # Taken before the wait: several deliveries end at the same time.
            await self._storage.delete(self._finished.popleft())

    async def _write(self, folder: str, delivery: Delivery) -> None:
        await self._storage.write(f"{folder}{delivery.id}.json", msgspec.json.encode(delivery))

    async def _read(self, name: str) -> Delivery:
        return msgspec.json.decode(await self._storage.read(name), type=Delivery)
