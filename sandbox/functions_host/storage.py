"""Clients of Azure Storage for queues, messages encoded as host.json says.

Must not know who sends or receives. A client answers soon: whoever uses one tries again by itself.
"""

import base64
import binascii
import contextlib
from typing import Any, Final

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.queue.aio import QueueClient

from sandbox.functions_host.errors import HostError
from sandbox.functions_host.host_json import Encoding

#: Options of every storage client: the listeners repeat, with a wait that is theirs to choose.
CLIENT_OPTIONS: Final[dict[str, Any]] = {
    "retry_total": 0,
    "initial_backoff": 0.3,
    "increment_base": 2,
    "random_jitter_range": 0.2,
    "connection_timeout": 3,
    "read_timeout": 20,
    "logging_enable": False,
}


def queue_client(connection: str, name: str, setting: str) -> QueueClient:
    """Return a client of one queue; texts pass through it as they are.

    Raises:
        HostError: the connection string, which is in the app setting `setting`, is not one.
    """
    try:
        return QueueClient.from_connection_string(connection, name, **CLIENT_OPTIONS)
    except ValueError as error:
        raise HostError(f"the app setting {setting} is no storage connection string") from error


async def send(client: QueueClient, content: str, *, time_to_live: int | None = None) -> None:
    """Send one message, making the queue when it is missing.

    Args:
        client: the queue.
        content: the message as it goes over the wire, encoded.
        time_to_live: seconds; -1 is for ever, None what the service does by itself (7 days).

    Raises:
        AzureError: the storage does not answer, or refuses.
    """
    try:
        await client.send_message(content, time_to_live=time_to_live)
    except ResourceNotFoundError:
        await create(client)
        await client.send_message(content, time_to_live=time_to_live)


async def create(client: QueueClient) -> None:
    """Make the queue; nothing to do when it exists.

    Raises:
        AzureError: the storage does not answer, or refuses.
    """
    # It exists already, with metadata of somebody else's: as good.
    with contextlib.suppress(ResourceExistsError):
        await client.create_queue()


def encode(body: bytes, encoding: Encoding) -> str:
    """Return a message's body as it goes over the wire.

    Raises:
        ValueError: without an encoding, the body must be UTF-8.
    """
    return base64.b64encode(body).decode() if encoding == "base64" else body.decode()


def decode(content: str, encoding: Encoding) -> bytes:
    """Return the body of a message from the wire.

    Raises:
        ValueError: it is not encoded as it should be.
    """
    if encoding == "none":
        return content.encode()
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise ValueError(f"it is not base64: {error}") from error
