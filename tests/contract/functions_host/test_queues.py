"""Queue triggers on Azurite: batches, retries, poison, encodings, leases, outages."""

import datetime as dt
import json
from pathlib import Path

import pytest

from sandbox.azurite import Azurite
from sandbox.config import Config
from tests.contract.functions_host.harness import START, copy_app, eventually
from tests.contract.functions_host.queue_harness import QueueHost

pytestmark = pytest.mark.azurite

_POISON = "-poison"


def test_a_message_runs_the_function_with_its_metadata(queues: QueueHost) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=2)

    queues.send("with metadata é")

    (seen,) = queues.wait_for(step="done", body="with metadata é")
    assert seen["dequeue_count"] == 1
    assert len(seen["id"]) == 36
    inserted, expires = map(dt.datetime.fromisoformat, (seen["inserted"], seen["expires"]))
    assert before < inserted < dt.datetime.now(dt.UTC)
    assert expires - inserted == dt.timedelta(days=7)


def test_a_message_is_deleted_once_its_function_succeeded(queues: QueueHost) -> None:
    queues.send("to be deleted")
    queues.wait_for(step="done", body="to be deleted")

    # The count has the invisible ones in it.
    eventually(lambda: queues.count() == 0)
    assert len(queues.records(step="started", body="to be deleted")) == 1


def test_a_failed_message_comes_again(queues: QueueHost) -> None:
    queues.send("fail once")

    (seen,) = queues.wait_for(step="done", body="fail once")
    assert seen["dequeue_count"] == 2


def test_a_message_that_always_fails_goes_to_the_poison_queue(queues: QueueHost) -> None:
    queues.send("fail")

    queues.wait_for(step="poison", body="fail")
    counts = [one["dequeue_count"] for one in queues.records(step="started", body="fail")]
    assert counts == [1, 2, 3]


def test_an_unreadable_message_goes_to_the_poison_queue_unrun(queues: QueueHost) -> None:
    queues.send_raw("not base64!")

    # Its own function reads the poison queue, and it is as unreadable there: it stays.
    eventually(lambda: "stays there" in _messages(queues))
    with queues.client(_POISON) as client:
        eventually(lambda: client.get_queue_properties().approximate_message_count)
        client.clear_messages()
    assert queues.records(body="not base64!") == []


def test_async_functions_take_messages_too(queues: QueueHost) -> None:
    queues.send("one", "two", suffix="-async")

    queues.wait_for(2, step="async")


def test_messages_run_side_by_side_up_to_batch_and_threshold(queues: QueueHost) -> None:
    # Async functions: no pool of threads limits how many run.
    bodies = [f"sleep 0.5 {number}" for number in range(12)]

    queues.send(*bodies, suffix="-async")

    done = [one for body in bodies for one in queues.wait_for(step="async", body=body)]
    together = [sum(a["started"] <= b["started"] < a["ended"] for a in done) for b in done]
    # A batch of 4 is asked for while no more than 2 run.
    assert 4 <= max(together) <= 6


def test_a_message_stays_invisible_while_its_function_runs_beyond_the_lease(
    queues: QueueHost,
) -> None:
    queues.send("sleep 5 beyond")

    queues.wait_for(step="done", body="sleep 5 beyond")
    assert len(queues.records(step="started", body="sleep 5 beyond")) == 1


def test_a_failed_message_waits_for_the_visibility_timeout(config: Config, tmp_path: Path) -> None:
    app = copy_app("queues", tmp_path / "app")
    _set_queues(app, visibilityTimeout="01:00:00", maxPollingInterval="00:00:00.1")

    # An hour, scaled by 0.001, in whole seconds: 4.
    with QueueHost(config, app) as host:
        host.send("fail once")
        host.wait_for(step="done", body="fail once")

    first, second = (one["at"] for one in host.records(step="started", body="fail once"))
    assert 3 < second - first < 6


def test_messages_may_be_plain_text(config: Config, tmp_path: Path) -> None:
    app = copy_app("queues", tmp_path / "app")
    _set_queues(app, messageEncoding="none")

    with QueueHost(config, app) as host:
        host.send_raw("plain é <&>")

        host.wait_for(step="done", body="plain é <&>")


def test_missing_queues_are_made(queues: QueueHost) -> None:
    assert queues.count() >= 0
    assert queues.count("-async") >= 0
    assert queues.count(_POISON) >= 0


def test_a_storage_outage_is_logged_and_outlived(config: Config, azurite: Azurite) -> None:
    with QueueHost(config) as host:
        host.send("before")
        host.wait_for(step="done", body="before")
        azurite.stop()
        try:
            eventually(lambda: "storage does not answer" in _messages(host))
            assert host.state() == "Running"
        finally:
            azurite.start()
        host.send("after")

        host.wait_for(step="done", body="after")
        assert "storage answers again" in _messages(host)


def test_a_host_started_without_storage_is_ready_when_it_answers(
    config: Config,
    azurite: Azurite,
) -> None:
    host = QueueHost(config)
    azurite.stop()
    try:
        host.start(ready=False)
        eventually(lambda: host.state() == "Starting", within=START)
        eventually(lambda: "storage does not answer" in _messages(host))
        azurite.start()

        eventually(lambda: host.state() == "Running")
    finally:
        azurite.start()
        host.end()


def _set_queues(app: Path, **changed: str) -> None:
    path = app / "host.json"
    content = json.loads(path.read_text())
    content["extensions"]["queues"].update(changed)
    path.write_text(json.dumps(content))


def _messages(host: QueueHost) -> str:
    return "\n".join(one["message"] for one in host.logged())
