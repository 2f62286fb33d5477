"""Hints in Azure Storage queues: what the host gave up is read, whatever somebody put there."""

import base64
import contextlib
from collections.abc import Iterator

import pytest
from azure.core.exceptions import ResourceExistsError
from azure.storage.queue import QueueServiceClient

from promotion.adapters.queues import QueueHints, read_hint
from promotion.ports import Queue
from sandbox.azurite import Azurite
from sandbox.config import Config

pytestmark = pytest.mark.azurite


@pytest.fixture
def service(azurite: Azurite, sandbox_config: Config) -> Iterator[QueueServiceClient]:
    """The app's queues, with nothing in them."""
    assert azurite.running
    text = sandbox_config.connection_string()
    with QueueServiceClient.from_connection_string(text) as client:
        for name in (f"{queue}{end}" for queue in Queue for end in ("", "-poison")):
            with contextlib.suppress(ResourceExistsError):
                client.create_queue(name)
            client.get_queue_client(name).clear_messages()
        yield client


def test_a_hint_is_read_by_the_function_it_is_for(service: QueueServiceClient) -> None:
    QueueHints(service, trace=lambda: "00-a-b-01").send(Queue.PROMOTIONS, "p-1")

    (message,) = service.get_queue_client("promotions").receive_messages()

    assert read_hint(base64.b64decode(message.content)) == "p-1"


@pytest.mark.parametrize(
    "written", ["p-1", '{"request": "p-1"}', "ü", "%%%%", "e30=e30=", "/w==", "W10="]
)
def test_a_message_that_nobody_can_read_keeps_no_other_from_being_reported(
    service: QueueServiceClient, written: str
) -> None:
    # Put there by hand, not encoded: the host moves what it cannot decode to the poison queue as it is.
    hints = QueueHints(service)
    by_hand = service.get_queue_client("validations-poison")
    by_hand.send_message(written)
    theirs = service.get_queue_client("promotions-poison")
    theirs.send_message("eyJyZXF1ZXN0IjogInAtMiJ9")

    found = hints.poisoned()

    assert [(each.queue, each.request_id) for each in found] == [
        (Queue.VALIDATIONS, ""),
        (Queue.PROMOTIONS, "p-2"),
    ]
    for each in found:
        hints.forget(each)
    assert not by_hand.peek_messages(32)
    assert not theirs.peek_messages(32)
