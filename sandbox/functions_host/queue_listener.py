"""Queue triggers: asks a queue for messages and hands them to the work on them.

Follows the listener of Microsoft.Azure.WebJobs.Extensions.Storage.Queues: batches, a threshold for
the next one, growing waits at an empty queue. Storage that does not answer is asked again, never
given up. Must not know functions.
"""

import asyncio
import logging
import random
from typing import Final

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.queue.aio import QueueClient

from sandbox.functions_host.host_json import Queues
from sandbox.functions_host.queue_message import HeldMessage
from sandbox.functions_host.queue_work import Pace, QueueWork
from sandbox.functions_host.storage import create
from sandbox.functions_host.waiting import happens

_log: Final = logging.getLogger(__name__)

_SHORTEST_WAIT: Final = 0.1


class QueueListener:
    """Listens at one queue."""

    def __init__(self, queue: QueueClient, work: QueueWork, settings: Queues, pace: Pace) -> None:
        self._queue = queue
        self._work = work
        self._settings = settings
        self._pace = pace
        self._messages: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._lost = False
        #: Set once the queue has answered.
        self.ready = asyncio.Event()

    @property
    def address(self) -> str:
        """The queue's address, which tells it from all others."""
        return str(self._queue.url).split("?")[0]

    def wake(self) -> None:
        """Look at the queue now: something was put into it."""
        self._wake.set()

    def stop(self) -> None:
        """Ask for no more messages; those that were received are worked on."""
        self._stopping = True
        self._wake.set()

    async def listen(self) -> None:
        """Receive until `stop`."""
        wait = _SHORTEST_WAIT
        while not self._stopping:
            if await self._receive():
                wait = _SHORTEST_WAIT
                await self._below_threshold()
            else:
                spread = random.uniform(0.8, 1.2)  # noqa: S311 - no secret, it spreads the load
                if await happens(self._wake, within=wait * spread):
                    self._wake.clear()
                wait = min(wait * 2, self._pace.polling)

    async def finish(self, seconds: float) -> None:
        """Wait until every message was deleted or given back, `seconds` at most."""
        if self._messages:
            await asyncio.wait(self._messages, timeout=seconds)

    async def _receive(self) -> int:
        """Start the work on what the queue has; return how many messages that were."""
        try:
            messages = await self._messages_there()
        except ResourceNotFoundError:
            await self._create()
            return 0
        except AzureError as error:
            self._tell_lost(error)
            return 0
        self._tell_found()
        for message in messages:
            task = asyncio.create_task(self._work.do(message))
            self._messages.add(task)
            task.add_done_callback(self._messages.discard)
        return len(messages)

    async def _messages_there(self) -> list[HeldMessage]:
        pages = self._queue.receive_messages(
            max_messages=self._settings.batch_size,
            messages_per_page=self._settings.batch_size,
            visibility_timeout=self._pace.lease,
        )
        return [
            HeldMessage(message, self._queue, seconds=self._pace.lease) async for message in pages
        ]

    async def _create(self) -> None:
        try:
            await create(self._queue)
        except AzureError as error:
            self._tell_lost(error)
        else:
            _log.info("made a queue that was missing", extra={"queue": self.address})
            self._tell_found()

    async def _below_threshold(self) -> None:
        while len(self._messages) > self._settings.new_batch_threshold and not self._stopping:
            await asyncio.wait(self._messages, return_when=asyncio.FIRST_COMPLETED)

    def _tell_lost(self, error: AzureError) -> None:
        if not self._lost:
            text = "storage does not answer, trying on: %s"
            _log.warning(text, str(error).splitlines()[0], extra={"queue": self.address})
        self._lost = True

    def _tell_found(self) -> None:
        if self._lost:
            _log.info("storage answers again", extra={"queue": self.address})
        self._lost = False
        self.ready.set()
