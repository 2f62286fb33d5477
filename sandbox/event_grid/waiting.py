"""The deliveries that are pending, and which of them are due. In memory; storage has the truth."""

import datetime as dt
import heapq
from collections import defaultdict

from sandbox.event_grid.deliveries import Delivery


class Waiting:
    """Pending deliveries by subscription and due time."""

    def __init__(self) -> None:
        self._pending: dict[str, Delivery] = {}
        self._under_way: set[str] = set()
        self._heaps: defaultdict[str, list[tuple[dt.datetime, str]]] = defaultdict(list)

    def put(self, delivery: Delivery) -> None:
        """Let a pending delivery wait for its next attempt."""
        self._pending[delivery.id] = delivery
        self._under_way.discard(delivery.id)
        entry = (delivery.next_attempt_time, delivery.id)
        heapq.heappush(self._heaps[delivery.subscription], entry)

    def take_due(self, subscription: str, now: dt.datetime) -> list[Delivery]:
        """Return what is due; it stays pending, and waits again only after `put`."""
        heap, due = self._heaps[subscription], []
        while heap and heap[0][0] <= now:
            delivery = self._pending.get(heapq.heappop(heap)[1])
            if delivery is not None:
                self._under_way.add(delivery.id)
                due.append(delivery)
        return due

    def next_due(self, subscription: str) -> dt.datetime | None:
        """Return when the subscription's next delivery is due."""
        heap = self._heaps[subscription]
        return heap[0][0] if heap else None

    def finish(self, delivery_id: str) -> None:
        """Forget a delivery that ended."""
        self._pending.pop(delivery_id, None)
        self._under_way.discard(delivery_id)

    def withdraw(self, delivery_id: str) -> bool:
        """Forget a delivery that waits for another attempt; False when that is under way."""
        if delivery_id in self._under_way or delivery_id not in self._pending:
            return False
        del self._pending[delivery_id]
        return True

    def all(self) -> list[Delivery]:
        """Return every pending delivery, oldest first."""
        return sorted(self._pending.values(), key=lambda each: each.id)
