"""Hands model registrations over to Event Grid, and keeps each until it was accepted.

The event is written in the transaction that creates the model version; the handing over runs on
its own and never delays a request. Delivery is at least once: a crash after acceptance sends it
again with the same id. Shape: Event Grid schema, PascalCase data, as documented for
`Microsoft.MachineLearningServices.ModelRegistered`. Knows nothing of who subscribes.
"""

import asyncio
import datetime as dt
import logging
import uuid
from typing import Any, Final

import aiohttp
from azure.core.exceptions import AzureError

from sandbox.azureml.assets import Ref
from sandbox.azureml.documents import OutgoingEvent, Properties
from sandbox.azureml.store import Store
from sandbox.config import Config

TYPE: Final = "Microsoft.MachineLearningServices.ModelRegistered"
_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
#: Attempts between two lines of the log about the same event: about a minute.
_TOLD_EVERY: Final = 12
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)

log = logging.getLogger(__name__)


def model_registered(ref: Ref, properties: Properties, now: dt.datetime) -> OutgoingEvent:
    """Return the event of a new model version in a workspace."""
    number: int | str = int(ref.version) if ref.version.isdecimal() else ref.version
    event_id = str(uuid.uuid4())
    body: dict[str, Any] = {
        "topic": ref.place.arm_id,
        "subject": f"models/{ref.name}:{ref.version}",
        "eventType": TYPE,
        "eventTime": now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
        "id": event_id,
        "data": {
            "ModelName": ref.name,
            "ModelVersion": number,
            "ModelTags": properties["tags"],
            "ModelProperties": properties["properties"],
        },
        "dataVersion": "",
        "metadataVersion": "1",
    }
    return OutgoingEvent(id=event_id, partition=ref.family.partition, body=body)


class Outbox:
    """The events on their way to Event Grid; one that is refused does not hold up the others."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._waiting: asyncio.Queue[tuple[OutgoingEvent, int]] = asyncio.Queue()

    async def resume(self) -> None:
        """Queue what a former process could not hand over."""
        for event in await self._store.events():
            self.send(event)

    def send(self, event: OutgoingEvent, attempt: int = 0) -> None:
        """Queue an event that was written to the store."""
        self._waiting.put_nowait((event, attempt))

    async def run(self) -> None:
        """Hand over events until cancelled."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            while True:
                event, attempt = await self._waiting.get()
                problem = await self._hand_over(session, event)
                fields = {"event": event.id, "attempt": attempt + 1}
                if problem is None:
                    log.info("event handed over", extra=fields)
                    continue
                if attempt % _TOLD_EVERY == 0:
                    log.warning("event not handed over yet", extra={**fields, "reason": problem})
                pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
                asyncio.get_running_loop().call_later(pause, self.send, event, attempt + 1)

    async def _hand_over(self, session: aiohttp.ClientSession, event: OutgoingEvent) -> str | None:
        url, key = self._config.system_topic_endpoint, self._config.topic_key
        try:
            async with session.post(url, json=[event.body], headers={"aeg-sas-key": key}) as reply:
                if not reply.ok:
                    return f"status {reply.status}"
            await self._store.forget(event.partition, event)
        except (aiohttp.ClientError, AzureError, TimeoutError) as error:
            return type(error).__name__
        return None
