"""Hints as messages in Azure Storage queues. Knows the message's form, not who reads it."""

import datetime as dt
from typing import Final

import msgspec
from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.storage.queue import QueueServiceClient, TextBase64EncodePolicy

from promotion.domain.errors import InvalidError, RetryableError
from promotion.ports import Queue

#: Azure Storage's longest invisibility, less a little.
_LONGEST_DELAY: Final = dt.timedelta(days=6, hours=23)


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """The message: which request to look at."""

    request: str


class QueueHints:
    """Sends hints; the Functions host reads base64, its default (host.json, messageEncoding)."""

    def __init__(self, service: QueueServiceClient) -> None:
        """Send through `service`; queues are made when they are missing."""
        self._queues = {
            queue: service.get_queue_client(
                queue.value,
                message_encode_policy=TextBase64EncodePolicy(),
            )
            for queue in Queue
        }

    def send(
        self,
        queue: Queue,
        request_id: str,
        *,
        delay: dt.timedelta = dt.timedelta(0),
    ) -> None:
        """Send one message that becomes visible after `delay`."""
        content = msgspec.json.encode(Hint(request=request_id)).decode()
        seconds = int(min(max(delay, dt.timedelta(0)), _LONGEST_DELAY).total_seconds())
        client = self._queues[queue]
        try:
            try:
                client.send_message(content, visibility_timeout=seconds)
            except ResourceNotFoundError:
                client.create_queue()
                client.send_message(content, visibility_timeout=seconds)
        except HttpResponseError as error:
            raise RetryableError(
                f"Queue storage answered {error.status_code} {error.reason}.",
                "If it goes on: give the app's identity the role Storage Queue Data Contributor.",
            ) from error
        except AzureError as error:
            raise RetryableError(
                f"Queue storage did not answer: {type(error).__name__}."
            ) from error


def read_hint(body: bytes) -> str:
    """Return the request's id of a message.

    Raises:
        InvalidError: the message is not one of ours.
    """
    try:
        return msgspec.json.decode(body, type=Hint).request
    except msgspec.DecodeError as error:
        raise InvalidError(
            f"A queue message is not a hint: {error}.",
            'A hint is {"request": "<id>"}.',
        ) from error
