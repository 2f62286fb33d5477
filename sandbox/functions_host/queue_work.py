"""The work on one message of a queue trigger: run the function, then delete, return or poison.

Follows `QueueProcessor` of Microsoft.Azure.WebJobs.Extensions.Storage.Queues. Must not know how
messages are received.
"""

import asyncio
import logging
import math
from typing import Any, Final, Self

import msgspec
from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.functions.meta import Datum
from azure.storage.queue.aio import QueueClient

from sandbox.functions_host.functions import Function
from sandbox.functions_host.host_json import Queues
from sandbox.functions_host.invocations import Invocations, Outcome
from sandbox.functions_host.queue_message import HeldMessage
from sandbox.functions_host.storage import decode

_log: Final = logging.getLogger(__name__)

_LEASE: Final = 600


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """The waiting times of a queue trigger, in seconds."""

    #: How long a message is invisible while its function runs; renewed at half of it.
    lease: int
    #: How long a message whose function failed stays invisible.
    retry: int
    #: Longest wait between two looks at an empty queue.
    polling: float

    @classmethod
    def of(cls, queues: Queues, time_scale: float) -> Self:
        """Return the pace of host.json in a sandbox where time is scaled.

        Azure leases for 10 minutes. Storage counts whole seconds, so no time that is to pass gets
        shorter than one. Looking is not scaled: it would cost more than it saves.
        """
        return cls(
            lease=max(2, math.ceil(_LEASE * time_scale)),
            retry=math.ceil(queues.visibility_timeout.total_seconds() * time_scale),
            polling=queues.max_polling_interval.total_seconds(),
        )


class QueueWork:
    """What one function does with the messages of its queue."""

    def __init__(
        self,
        function: Function,
        poison: QueueClient | None,
        settings: Queues,
        pace: Pace,
        invocations: Invocations,
    ) -> None:
        self.function = function
        self._poison = poison
        self._settings = settings
        self._pace = pace
        self._invocations = invocations

    async def do(self, message: HeldMessage) -> None:
        """Run the function for a message and end the message accordingly."""
        fields = {"function": self.function.name, "message_id": message.id}
        try:
            await self._do(message, fields)
        except ResourceNotFoundError:
            _log.warning("the message is gone or somebody else's: it took too long", extra=fields)
        except AzureError as error:
            _log.warning("cannot end a message, so it comes again: %s", error, extra=fields)

    async def _do(self, message: HeldMessage, fields: dict[str, Any]) -> None:
        if message.dequeue_count > self._settings.max_dequeue_count:
            await self._give_up(message, "it was received too often", fields)
            return
        try:
            body = decode(message.content, self._settings.encoding)
        except ValueError as error:
            # It will not get better: no use in trying again.
            await self._give_up(message, f"unreadable, {error}", fields)
            return
        outcome = await self._run(message, body)
        if outcome is None:
            await message.give_back(0)
        elif outcome.succeeded:
            await message.delete()
        else:
            await self._fail(message, fields)

    async def _run(self, message: HeldMessage, body: bytes) -> Outcome | None:
        """Run the function; None when the host stopped before it ended."""
        release = asyncio.Event()
        holding = asyncio.create_task(message.hold(release))
        run = self._invocations.start(
            self.function,
            _value(body),
            reason="queue",
            metadata=message.metadata(),
        )
        await asyncio.wait({run})
        release.set()
        await holding
        return None if run.cancelled() else run.result()

    async def _fail(self, message: HeldMessage, fields: dict[str, Any]) -> None:
        if message.dequeue_count >= self._settings.max_dequeue_count:
            await self._give_up(message, "its function failed for the last time", fields)
        elif self._poison is not None:
            await message.give_back(self._pace.retry)
        # Without a poison queue it is not given back: it would come again at once, without end.

    async def _give_up(self, message: HeldMessage, why: str, fields: dict[str, Any]) -> None:
        if self._poison is None:
            _log.error("a message of a poison queue stays there: %s", why, extra=fields)
            return
        _log.error("a message goes to the poison queue: %s", why, extra=fields)
        await message.poison(self._poison)


def _value(body: bytes) -> Datum:
    try:
        return Datum(body.decode(), "string")
    except UnicodeDecodeError:
        return Datum(body, "bytes")
