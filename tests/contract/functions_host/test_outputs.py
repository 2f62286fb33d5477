"""Output bindings: sent when the function succeeded, and only then."""

import datetime as dt
from typing import Any

import pytest
import requests
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue import QueueClient, TextBase64DecodePolicy

from tests.contract.functions_host.harness import HostProcess
from tests.contract.functions_host.topic import Topic

pytestmark = pytest.mark.azurite


def _put_out(host: HostProcess, what: str, body: str = "") -> requests.Response:
    me = host.signed_in("reader", dt.datetime.now(dt.UTC))
    return host.ask("POST", f"/put-out/{what}", data=body.encode(), headers=me)


def _take(host: HostProcess, setting: str) -> list[str]:
    client = QueueClient.from_connection_string(
        host.config.connection_string(),
        host.settings[setting],
        message_decode_policy=TextBase64DecodePolicy(),
    )
    with client:
        try:
            messages = [str(one.content) for one in client.receive_messages()]
            client.clear_messages()
        except ResourceNotFoundError:
            return []
    return messages


@pytest.fixture(autouse=True)
def _empty(everything: HostProcess, topic: Topic) -> None:
    _take(everything, "ONE_QUEUE")
    _take(everything, "MANY_QUEUE")
    topic.received.clear()
    topic.status = 200


def test_texts_go_to_queues_in_order(everything: HostProcess) -> None:
    assert _put_out(everything, "messages").text == "out"

    assert _take(everything, "ONE_QUEUE") == ["one <&> é"]
    assert _take(everything, "MANY_QUEUE") == ["first", "second"]


def test_outputs_of_a_function_that_fails_are_not_sent(everything: HostProcess) -> None:
    assert _put_out(everything, "failure").status_code == 500

    assert _take(everything, "ONE_QUEUE") == []
    assert _take(everything, "MANY_QUEUE") == []


@pytest.mark.parametrize(
    ("body", "kind", "events"),
    [
        ('{"id": "1", "data": {}}', "application/json", [{"id": "1", "data": {}}]),
        (
            '[{"specversion": "1.0", "id": "1"}, {"specversion": "1.0", "id": "2"}]',
            "application/cloudevents-batch+json",
            [{"specversion": "1.0", "id": "1"}, {"specversion": "1.0", "id": "2"}],
        ),
    ],
)
def test_events_are_published_with_the_topics_key(
    everything: HostProcess,
    topic: Topic,
    body: str,
    kind: str,
    events: list[dict[str, Any]],
) -> None:
    assert _put_out(everything, "facts", body).status_code == 200

    ((headers, received),) = topic.received
    assert received == events
    assert headers["Content-Type"] == kind
    assert headers["aeg-sas-key"] == everything.config.topic_key


def test_an_output_that_cannot_be_sent_fails_the_invocation(
    everything: HostProcess,
    topic: Topic,
) -> None:
    topic.status = 503

    assert _put_out(everything, "facts", '{"id": "1"}').status_code == 500

    failed = [one for one in everything.logged() if "status 503" in one["message"]]
    assert failed[0]["function"] == "put_out"


@pytest.mark.parametrize("body", ["not json", "3", '["not json either"]'])
def test_an_output_that_is_no_event_fails_the_invocation(
    everything: HostProcess,
    topic: Topic,
    body: str,
) -> None:
    assert _put_out(everything, "facts", body).status_code == 500
    assert topic.received == []
