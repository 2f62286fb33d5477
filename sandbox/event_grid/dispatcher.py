"""Delivers events: takes what is due, posts it, and keeps what came of it.

Every state is in storage before anything depends on it, so a crash at any point repeats a delivery
and never loses one. Must not know how events are published or administered.
"""

import asyncio
import contextlib
import datetime as dt
import itertools
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import aiohttp
from azure.core.exceptions import AzureError

from sandbox.config import Config
from sandbox.event_grid import deliveries, payload, webhook
from sandbox.event_grid.deliveries import Delivery, Outcome
from sandbox.event_grid.delivery_store import DeliveryStore
from sandbox.event_grid.events import Event, Schema
from sandbox.event_grid.handshakes import Handshakes
from sandbox.event_grid.subscriptions import Subscription, Subscriptions
from sandbox.event_grid.waiting import Waiting

_POSTS_AT_ONCE: Final = 8
_STORAGE_PAUSE: Final = 1.0
_LATE: Final = Outcome("TimedOut")

log = logging.getLogger(__name__)


def utc_now() -> dt.datetime:
    """Return the time."""
    return dt.datetime.now(dt.UTC)


class Dispatcher:
    """Brings events to their subscribers, again and again until they took them or time is up."""

    def __init__(
        self,
        config: Config,
        session: aiohttp.ClientSession,
        subscriptions: Subscriptions,
        store: DeliveryStore,
        clock: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self._config = config
        self._session = session
        self._subscriptions = subscriptions
        self._store = store
        self._clock = clock
        self._wake = asyncio.Event()
        self._posts = asyncio.Semaphore(_POSTS_AT_ONCE)
        self.waiting = Waiting()
        self.handshakes = Handshakes(config, session, self._wake.set)
        self._saves: set[asyncio.Future[None]] = set()
        self.paused = False

    async def load(self) -> None:
        """Take up what an earlier process left pending, and ask the receivers."""
        for delivery in await self._store.load():
            self.waiting.put(delivery)
        for subscription in self._subscriptions.all():
            self.handshakes.start(subscription)

    async def publish(self, topic: str, events: Iterable[Event]) -> list[Delivery]:
        """Take events of a topic: when this returns, they are stored for each subscriber.

        Raises:
            AzureError: the storage does not answer; the publisher must send all of them again.
        """
        wanted = [
            deliveries.create(event, subscription.name, self._clock())
            for event in events
            for subscription in self._subscriptions.all()
            if subscription.topic == topic and subscription.wants(event)
        ]
        for delivery in wanted:
            await self.add(delivery)
        return wanted

    async def add(self, delivery: Delivery) -> None:
        """Store a new delivery and make it wait for its first attempt."""
        await self._store.save(delivery)
        self.waiting.put(delivery)
        self._wake.set()

    def pause(self, *, paused: bool) -> None:
        """Begin no attempt any more, or go on; what is published meanwhile waits."""
        self.paused = paused
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                for subscription in self._ready():
                    self._start_due(subscription, tasks)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._seconds_to_next())

    def _ready(self) -> list[Subscription]:
        if self.paused:
            return []
        return [each for each in self._subscriptions.all() if self.handshakes.agreed(each)]

    def _start_due(self, subscription: Subscription, tasks: asyncio.TaskGroup) -> None:
        now, live = self._clock(), []
        for delivery in self.waiting.take_due(subscription.name, now):
            if deliveries.expired(delivery, subscription, self._config.time_scale, now):
                tasks.create_task(self._keep(deliveries.expire(delivery)))
            else:
                live.append(delivery)
        for batch in _batches(live, subscription.max_events_per_batch):
            tasks.create_task(self._deliver(subscription, batch))

    def _seconds_to_next(self) -> float | None:
        due = [self.waiting.next_due(each.name) for each in self._ready()]
        times = [time for time in due if time is not None]
        return max(0.0, (min(times) - self._clock()).total_seconds()) if times else None

    async def _deliver(self, subscription: Subscription, batch: Sequence[Delivery]) -> None:
        async with self._posts:
            url, body = subscription.url(self._config), payload.build(subscription, batch)
            post = asyncio.create_task(webhook.post(self._session, url, body))
            try:
                await asyncio.wait({post}, timeout=subscription.answer_seconds)
            except asyncio.CancelledError:
                post.cancel()
                raise
            in_time = post.done()
            await self._record(subscription, batch, post.result() if in_time else _LATE)
        if not in_time:
            await self._accept_late(subscription, batch, post)

    async def _record(
        self,
        subscription: Subscription,
        batch: Sequence[Delivery],
        outcome: Outcome,
    ) -> None:
        scale, now = self._config.time_scale, self._clock()
        for delivery in batch:
            after = deliveries.attempted(delivery, outcome, subscription, scale, now)
            fields = {"delivery": after.id, "outcome": outcome.name, "status": outcome.status}
            log.info("delivery attempted", extra={**fields, "state": after.state})
            await self._keep(after)

    async def _accept_late(
        self,
        subscription: Subscription,
        batch: Sequence[Delivery],
        post: asyncio.Task[Outcome],
    ) -> None:
        """Drop the retry of what is answered after all, unless it is already under way."""
        outcome = await post
        if not outcome.acknowledged:
            return
        again = [each for each in batch if self.waiting.withdraw(each.id)]
        await self._record(subscription, again, outcome)

    async def _keep(self, delivery: Delivery) -> None:
        """Write a delivery's new state; wait for a storage that does not answer."""
        while True:
            try:
                await self._save(delivery)
                break
            except AzureError as error:
                log.warning("storage does not answer", extra={"error": str(error)[:200]})
                await asyncio.sleep(_STORAGE_PAUSE)
        if delivery.state == "pending":
            self.waiting.put(delivery)
        else:
            self.waiting.finish(delivery.id)
        self._wake.set()

    async def _save(self, delivery: Delivery) -> None:
        # Not cancelled half-way when the process stops: `finish` waits for it.
        save = asyncio.ensure_future(self._store.save(delivery))
        self._saves.add(save)
        save.add_done_callback(self._saves.discard)
        await asyncio.shield(save)

    async def finish(self) -> None:
        """Wait for what is being written, after `run` has ended."""
        await asyncio.gather(*self._saves, return_exceptions=True)


def _batches(due: list[Delivery], size: int) -> Iterable[Sequence[Delivery]]:
    """Return the POSTs to make; text that is no JSON cannot share a body."""
    alone = [each for each in due if each.event_schema is Schema.ANY_TEXT]
    together = [each for each in due if each.event_schema is not Schema.ANY_TEXT]
    return itertools.chain(
        ((each,) for each in alone), itertools.batched(together, size, strict=False)
    )
