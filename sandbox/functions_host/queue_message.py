"""One message of a queue while it is ours: held invisible, then deleted, returned or poisoned.

Must not know functions: it is told how the work on the message ended.
"""

import asyncio
import logging
from typing import Final

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.functions.meta import Datum
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient

from sandbox.functions_host.storage import send
from sandbox.functions_host.waiting import happens

_log: Final = logging.getLogger(__name__)

#: Ending a message is worth more tries than asking for the next one.
_TRIES: Final = {"retry_total": 3}


class HeldMessage:
    """A message that was received, and its pop receipt, which every renewal changes."""

    def __init__(self, message: QueueMessage, client: QueueClient, *, seconds: int) -> None:
        """Take over a message that is invisible for `seconds` from now on."""
        self._message = message
        self._client = client
        self._seconds = seconds
        self._receipt = message.pop_receipt

    @property
    def id(self) -> str:
        """The message's id."""
        return str(self._message.id)

    @property
    def content(self) -> str:
        """The message as it came over the wire."""
        return str(self._message.content)

    @property
    def dequeue_count(self) -> int:
        """How often it was received, this time included."""
        return int(self._message.dequeue_count or 0)

    def metadata(self) -> dict[str, Datum]:
        """Return the trigger's metadata as the platform names it."""
        message = self._message
        times = {
            "ExpirationTime": message.expires_on,
            "InsertionTime": message.inserted_on,
            "NextVisibleTime": message.next_visible_on,
        }
        return {
            "Id": Datum(self.id, "string"),
            "PopReceipt": Datum(self._receipt, "string"),
            "DequeueCount": Datum(self.dequeue_count, "int"),
            **{name: Datum(time.isoformat(), "string") for name, time in times.items() if time},
        }

    async def hold(self, release: asyncio.Event) -> None:
        """Keep the message invisible, renewed at half of its time, until `release` is set.

        Not to be cancelled: a renewal that is cut off may have changed the pop receipt already.
        """
        while not await happens(release, within=self._seconds / 2):
            try:
                await self._update(self._seconds)
            except ResourceNotFoundError:
                _log.warning("the message is gone", extra={"message_id": self.id})
                return
            except AzureError as error:
                # The other half is left for the next try.
                _log.warning("cannot renew a message: %s", error, extra={"message_id": self.id})

    async def delete(self) -> None:
        """Take the message out of its queue: the work is done."""
        await self._client.delete_message(self.id, self._receipt, **_TRIES)

    async def give_back(self, seconds: int) -> None:
        """Make the message visible again in `seconds`."""
        await self._update(seconds, tries=_TRIES)

    async def poison(self, queue: QueueClient) -> None:
        """Move the message to its poison queue; both may have it when this is interrupted."""
        await send(queue, self.content)
        await self.delete()

    async def _update(self, seconds: int, tries: dict[str, int] | None = None) -> None:
        updated = await self._client.update_message(
            self.id,
            self._receipt,
            visibility_timeout=seconds,
            **(tries or {}),
        )
        self._receipt = updated.pop_receipt
