"""The app's queue triggers, together. Must not know how one works."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final, Self

from azure.storage.queue.aio import QueueClient

from sandbox.functions_host.app_settings import HOST_STORAGE, connection_string
from sandbox.functions_host.errors import HostError
from sandbox.functions_host.functions import QUEUE, Function
from sandbox.functions_host.host_json import Queues
from sandbox.functions_host.invocations import Invocations
from sandbox.functions_host.queue_listener import QueueListener
from sandbox.functions_host.queue_work import Pace, QueueWork
from sandbox.functions_host.storage import queue_client

_POISON: Final = "-poison"
_LONGEST_NAME: Final = 63


class QueueTriggers:
    """The listeners of one host."""

    def __init__(self, listeners: Sequence[QueueListener], clients: Sequence[QueueClient]) -> None:
        self._listeners = listeners
        self._clients = clients
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def of(
        cls,
        functions: Sequence[Function],
        environment: Mapping[str, str],
        settings: Queues,
        pace: Pace,
        invocations: Invocations,
    ) -> Self:
        """Return the listeners of the app's queue functions.

        Raises:
            HostError: a queue without a name, or a connection that is missing.
        """
        listeners: list[QueueListener] = []
        clients: list[QueueClient] = []
        for function in functions:
            if function.trigger.kind == QUEUE:
                queue, poison = _clients(function, environment)
                work = QueueWork(function, poison, settings, pace, invocations)
                listeners.append(QueueListener(queue, work, settings, pace))
                clients += filter(None, (queue, poison))
        return cls(listeners, clients)

    @property
    def ready(self) -> bool:
        """Whether every queue has answered."""
        return all(listener.ready.is_set() for listener in self._listeners)

    def start(self) -> None:
        """Start to listen."""
        self._tasks = [asyncio.create_task(listener.listen()) for listener in self._listeners]

    def wake(self, address: str) -> None:
        """Look at a queue now: this host put something into it."""
        for listener in self._listeners:
            if listener.address == address:
                listener.wake()

    async def stop(self) -> None:
        """Ask for no more messages."""
        for listener in self._listeners:
            listener.stop()
        await asyncio.gather(*self._tasks)

    async def finish(self, seconds: float) -> None:
        """End the messages that were received, then close the connections."""
        await asyncio.gather(*(listener.finish(seconds) for listener in self._listeners))
        for client in self._clients:
            await client.close()


def _clients(
    function: Function,
    environment: Mapping[str, str],
) -> tuple[QueueClient, QueueClient | None]:
    setting = function.trigger.text("connection") or HOST_STORAGE
    name = function.trigger.text("queueName")
    if not name:
        raise HostError(f"{function.name}: its queue trigger has no queue name")
    try:
        connection = connection_string(setting, environment)
        queue = queue_client(connection, name, setting)
        poison = None
        if not name.endswith(_POISON) and len(name + _POISON) <= _LONGEST_NAME:
            poison = queue_client(connection, name + _POISON, setting)
    except HostError as error:
        raise HostError(f"{function.name}: {error}") from error
    return queue, poison
