"""The admin endpoints: behind the master key, they tell the state and run functions."""

import pytest

from tests.contract.functions_host.harness import HostProcess, eventually
from tests.contract.functions_host.queue_harness import QueueHost

pytestmark = pytest.mark.azurite


@pytest.mark.parametrize("path", ["/admin/host/status", "/admin/functions", "/admin/anything"])
def test_the_master_key_is_needed(everything: HostProcess, path: str) -> None:
    function_key = {"x-functions-key": everything.config.function_key}

    assert everything.get(path).status_code == 401
    assert everything.get(path, headers=function_key).status_code == 401


def test_the_status_says_running(everything: HostProcess) -> None:
    answer = everything.get("/admin/host/status", headers=everything.master)

    assert answer.json()["state"] == "Running"


def test_the_functions_are_listed_with_their_bindings(queues: QueueHost) -> None:
    functions = queues.get("/admin/functions", headers=queues.master).json()

    assert [one["name"] for one in functions] == ["work", "bury", "work_async"]
    trigger = functions[0]["config"]["bindings"][0]
    assert (trigger["type"], trigger["queueName"]) == ("queueTrigger", queues.queue)


def test_a_queue_function_runs_now_with_the_input_as_its_message(queues: QueueHost) -> None:
    assert queues.run_now("work", "from the admin endpoint").status_code == 202

    queues.wait_for(step="done", body="from the admin endpoint")


def test_an_event_grid_function_runs_now_with_the_input_as_its_event(
    everything: HostProcess,
) -> None:
    event = '{"id": "admin-1", "source": "s", "type": "t", "specversion": "1.0", "data": {}}'

    assert everything.run_now("on_cloud_event", event).status_code == 202

    assert eventually(lambda: everything.records(id="admin-1"))


@pytest.mark.parametrize("text", ["", "[1]", "not json"])
def test_an_input_that_is_no_event_is_400(everything: HostProcess, text: str) -> None:
    assert everything.run_now("on_event", text).status_code == 400


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"input": 3}', b"\xff", b"[" * 100_000])
def test_a_bad_body_is_400(everything: HostProcess, body: bytes) -> None:
    path = "/admin/functions/on_event"

    answer = everything.ask("POST", path, data=body, headers=everything.master)

    assert answer.status_code == 400


def test_an_unknown_function_is_404(everything: HostProcess) -> None:
    assert everything.run_now("nobody").status_code == 404
