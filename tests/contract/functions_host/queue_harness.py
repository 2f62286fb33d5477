"""A host on the app with queue triggers, and the queues it reads."""

import base64
import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue import QueueClient

from sandbox.config import Config
from tests.contract.functions_host.harness import APPS, HostProcess, eventually


def base64_text(text: str) -> str:
    """A message as the platform encodes it by default."""
    return base64.b64encode(text.encode()).decode()


class QueueHost(HostProcess):
    """The host, with queues that no other host has."""

    def __init__(self, config: Config, app: Path = APPS / "queues", *arguments: str) -> None:
        config.save()
        self.queue = f"work-{uuid.uuid4().hex[:12]}"
        settings = {"QUEUE": self.queue, "Store": config.connection_string()}
        super().__init__(config, app, settings, arguments)

    def send(self, *bodies: str, suffix: str = "") -> None:
        """Put messages into the queue, encoded as the platform does."""
        for body in bodies:
            self.send_raw(base64_text(body), suffix=suffix)

    def send_raw(self, content: str, *, suffix: str = "") -> None:
        """Put a message into the queue as it is."""
        with self.client(suffix) as client:
            client.send_message(content)

    def contents(self, suffix: str = "") -> list[str]:
        """The visible messages of a queue, as they are; none when there is no such queue."""
        with self.client(suffix) as client, contextlib.suppress(ResourceNotFoundError):
            return [message.content for message in client.peek_messages(max_messages=32)]
        return []

    def count(self, suffix: str = "") -> int:
        """How many messages the queue has, the invisible ones included."""
        with self.client(suffix) as client:
            return client.get_queue_properties().approximate_message_count or 0

    def wait_for(self, count: int = 1, **fields: object) -> list[dict[str, Any]]:
        """The app's records with these fields, once there are `count` of them."""
        found = eventually(lambda: (r := self.records(**fields)) and len(r) >= count and r)
        assert isinstance(found, list)
        return found

    @contextlib.contextmanager
    def client(self, suffix: str = "") -> Iterator[QueueClient]:
        """A client of the queue, or of the one named after it."""
        name = self.queue + suffix
        with QueueClient.from_connection_string(self.config.connection_string(), name) as client:
            yield client
