"""Hints as messages in Azure Storage queues. Knows the message's form, not who reads it."""

import base64
import contextlib
import datetime as dt
import math
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.storage.queue import QueueClient, QueueServiceClient, TextBase64EncodePolicy

from promotion.domain.errors import InvalidError, RetryableError
from promotion.domain.ready import ready
from promotion.ports import Poisoned, Queue

#: Azure Storage's longest invisibility, less a little.
_LONGEST_DELAY: Final = dt.timedelta(days=6, hours=23)
#: How long a given-up hint that somebody looks at is hidden from others, in seconds.
_HIDDEN: Final = 60
#: Azure Storage's most messages a call.
_BATCH: Final = 32


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """The message: which request to look at, and the W3C traceparent of what sent it."""

    request: str
    trace: str = ""


class QueueHints:
    """Sends hints; the Functions host reads base64, its default (host.json, messageEncoding)."""

    def __init__(self, service: QueueServiceClient, *, trace: Callable[[], str] = str) -> None:
        """Send through `service`; queues are made when they are missing. `trace` tells the present span."""
        self._trace = trace
        self._queues = {queue: _client(service, queue.value) for queue in Queue}
        # The host's own name for where it puts what it gives up.
        self._poison = {queue: _client(service, f"{queue.value}-poison") for queue in Queue}

    def send(
        self,
        queue: Queue,
        request_id: str,
        *,
        delay: dt.timedelta = dt.timedelta(0),
    ) -> None:
        """Send one message that becomes visible after `delay`."""
        hint = Hint(request=request_id, trace=self._trace())
        content = msgspec.json.encode(hint).decode()
        # Rounded up: a hint that comes too early is passed over, and the sweep's next look is a minute away.
        seconds = math.ceil(min(max(delay, dt.timedelta(0)), _LONGEST_DELAY).total_seconds())
        client = self._queues[queue]
        with _translated():
            try:
                client.send_message(content, visibility_timeout=seconds)
            except ResourceNotFoundError:
                client.create_queue()
                client.send_message(content, visibility_timeout=seconds)

    def poisoned(self) -> tuple[Poisoned, ...]:
        """Return some of the hints that were given up."""
        return tuple(found for queue in Queue for found in self._given_up(queue))

    def forget(self, poisoned: Poisoned) -> None:
        """Delete a message from its poison queue; one that is gone already is fine."""
        message, _, receipt = poisoned.receipt.partition(" ")
        with _translated(), contextlib.suppress(ResourceNotFoundError):
            self._poison[poisoned.queue].delete_message(message, receipt)

    def _given_up(self, queue: Queue) -> Iterator[Poisoned]:
        client = self._poison[queue]
        with _translated(), contextlib.suppress(ResourceNotFoundError):
            for message in client.receive_messages(
                max_messages=_BATCH,
                visibility_timeout=_HIDDEN,
            ):
                yield Poisoned(
                    queue=queue,
                    request_id=_named(str(message.content)),
                    receipt=f"{message.id} {message.pop_receipt}",
                )


def read_hint(body: bytes) -> str:
    """Return the request's id of a message.

    Raises:
        InvalidError: the message is not one of ours.
    """
    return read_message(body).request


def read_message(body: bytes) -> Hint:
    """Return a message.

    Raises:
        InvalidError: it is not one of ours.
    """
    try:
        return msgspec.json.decode(body, type=ready(Hint))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidError(
            f"A queue message is not a hint: {error}.",
            'A hint is {"request": "<id>"}.',
        ) from error


def _client(service: QueueServiceClient, name: str) -> QueueClient:
    # Not decoded by the SDK: it fails on a whole page over one message that is not base64.
    return service.get_queue_client(name, message_encode_policy=TextBase64EncodePolicy())


def _named(content: str) -> str:
    # What is no hint of ours names no request; it is shown to nobody but taken off all the same. The host
    # leaves what it cannot decode in the poison queue as somebody put it.
    try:
        return read_hint(base64.b64decode(content, validate=True))
    except (InvalidError, ValueError):
        return ""


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ResourceNotFoundError:
        raise
    except HttpResponseError as error:
        raise RetryableError(
            f"Queue storage answered {error.status_code} {error.reason}.",
            "If it goes on: give the app's identity the role Storage Queue Data Contributor.",
        ) from error
    except AzureError as error:
        raise RetryableError(f"Queue storage did not answer: {type(error).__name__}.") from error
