"""The parts of a running Event Grid, made in order and ended in reverse."""

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sandbox.config import Config
from sandbox.event_grid import webhook
from sandbox.event_grid.deliveries import Delivery
from sandbox.event_grid.delivery_store import DeliveryStore
from sandbox.event_grid.dispatcher import Dispatcher
from sandbox.event_grid.events import Schema
from sandbox.event_grid.fact_log import FactLog
from sandbox.event_grid.storage import Storage
from sandbox.event_grid.subscriptions import Subscriptions
from sandbox.serving.faults import Faults

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the routes work with."""

    config: Config
    subscriptions: Subscriptions
    store: DeliveryStore
    dispatcher: Dispatcher
    facts: FactLog
    faults: Faults
    delivering: asyncio.Task[None]

    def failure(self) -> str | None:
        """Return why deliveries have ended, None while they run."""
        if not self.delivering.done():
            return None
        error = None if self.delivering.cancelled() else self.delivering.exception()
        return f"deliveries have ended: {error!r}; start the process again"


#: Where the application keeps its services.
SERVICES: Final = web.AppKey("services", Services)


@contextlib.asynccontextmanager
async def running(config: Config) -> AsyncIterator[Services]:
    """Open the storage, take up pending deliveries and deliver until the context is left."""
    async with Storage.open(config) as storage, webhook.client_session() as session:
        subscriptions = Subscriptions(storage)
        await subscriptions.load()
        store = DeliveryStore(storage, functools.partial(_schema_of, subscriptions))
        dispatcher = Dispatcher(config, session, subscriptions, store)
        await dispatcher.load()
        delivering = asyncio.create_task(dispatcher.run())
        delivering.add_done_callback(_report_end)
        try:
            yield Services(
                config=config,
                subscriptions=subscriptions,
                store=store,
                dispatcher=dispatcher,
                facts=FactLog(storage),
                faults=Faults(),
                delivering=delivering,
            )
        finally:
            dispatcher.handshakes.close()
            delivering.cancel()
            await asyncio.wait({delivering})
            await dispatcher.finish()


def _schema_of(subscriptions: Subscriptions, delivery: Delivery) -> Schema:
    subscription = subscriptions.get(delivery.subscription)
    return subscription.delivers if subscription else delivery.event_schema


def _report_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("deliveries have ended", exc_info=error)
