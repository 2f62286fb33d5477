"""How a host ends: in order on SIGTERM, and without loss on SIGKILL."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.config import Config
from tests.contract.functions_host.conftest import StartHost
from tests.contract.functions_host.harness import APPS, eventually
from tests.contract.functions_host.queue_harness import QueueHost

pytestmark = pytest.mark.azurite


def _started(host: QueueHost, body: str) -> None:
    host.send(body)
    host.wait_for(step="started", body=body)


def test_a_running_function_may_end_within_the_grace(config: Config) -> None:
    with QueueHost(config) as host:
        _started(host, "sleep 1 graceful")

        assert host.stop() == 0

        assert host.records(step="done", body="sleep 1 graceful")
        assert host.count() == 0


def test_a_message_of_a_function_that_did_not_end_is_visible_at_once(config: Config) -> None:
    with QueueHost(config, APPS / "queues", "--grace=0.2") as host:
        _started(host, "sleep 30 given up")
        stopped = time.monotonic()

        assert host.stop() == 0

        assert time.monotonic() - stopped < 5
        assert len(host.contents()) == 1
        assert host.records(step="done") == []


def test_no_message_is_taken_while_the_host_stops(config: Config) -> None:
    with QueueHost(config) as host, ThreadPoolExecutor() as pool:
        _started(host, "sleep 1.5 first")
        stopping = pool.submit(host.stop)
        eventually(lambda: any("stopping" in one["message"] for one in host.logged()))
        host.send("second")

        assert stopping.result() == 0

        assert host.records(body="second") == []
        assert len(host.contents()) == 1


def test_a_killed_host_loses_no_message(config: Config) -> None:
    with QueueHost(config) as host:
        _started(host, "sleep 1 killed")

        host.kill()
        host.start()

        (done,) = host.wait_for(step="done", body="sleep 1 killed")
        assert done["dequeue_count"] == 2


def test_a_host_ends_with_its_parent(config: Config) -> None:
    with QueueHost(config) as host:
        host.close_input()

        assert host.wait() == 0


def test_a_request_under_way_is_answered(
    start_host: StartHost, everything_settings: dict[str, str]
) -> None:
    host = start_host(APPS / "everything", **everything_settings)
    me = host.signed_in("reader", dt.datetime.now(dt.UTC))
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(host.get, "/slow/1", headers=me)
        eventually(lambda: any(one.get("function") == "slow" for one in host.logged()))

        assert host.stop() == 0

        assert (asked.result().status_code, asked.result().text) == (200, "late")


def test_a_stuck_async_function_does_not_keep_the_host(
    start_host: StartHost,
    everything_settings: dict[str, str],
    tmp_path: Path,
) -> None:
    assert tmp_path.exists()
    host = start_host(APPS / "everything", "--grace=0.2", **everything_settings)
    host.run_now("stuck")
    eventually(lambda: any(one.get("function") == "stuck" for one in host.logged()))

    assert host.stop() == 0
