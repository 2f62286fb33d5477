"""Timers: at their times, never beside themselves, missed runs made up for once."""

import datetime as dt
import itertools
import json

import pytest
from azure.storage.blob import BlobClient

from sandbox.config import Config
from tests.contract.functions_host.conftest import StartHost
from tests.contract.functions_host.harness import APPS, HostProcess, eventually

pytestmark = pytest.mark.azurite

#: Far enough from midnight that no test meets it.
_NIGHTLY = "0 0 3 * * *"
_CONTAINER = "azure-webjobs-hosts"


def _blob(config: Config, name: str) -> BlobClient:
    return BlobClient.from_connection_string(
        config.connection_string(),
        _CONTAINER,
        f"timers/sandbox-{config.ports.functions}/Host.Functions.{name}/status",
    )


def _status(config: Config, name: str) -> dict[str, str]:
    with _blob(config, name) as blob:
        status: dict[str, str] = json.loads(blob.download_blob().readall())
        return status


def _set_status(config: Config, name: str, content: str) -> None:
    with _blob(config, name) as blob:
        blob.upload_blob(content, overwrite=True)


def _past(days: int) -> str:
    moment = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    text = moment.isoformat()
    return json.dumps({"Last": text, "Next": text, "LastUpdated": text})


def test_a_timer_runs_at_its_times_but_never_beside_itself(start_host: StartHost) -> None:
    host = start_host(APPS / "timers", NIGHTLY=_NIGHTLY)

    eventually(lambda: len(host.records(name="every_second ended")) >= 3)

    steps = [one for one in host.records() if one["name"].startswith("every_second")]
    names = [one["name"].split()[1] for one in steps]
    assert all(a != b for a, b in itertools.pairwise(names))
    starts = [one["at"] % 1 for one in steps if one["name"].endswith("started")]
    assert all(at < 0.7 for at in starts)


def test_a_timer_may_run_on_startup_and_others_do_not(start_host: StartHost) -> None:
    host = start_host(APPS / "timers", NIGHTLY=_NIGHTLY)

    (seen,) = eventually(lambda: host.records(name="at_start"))
    assert seen["past_due"] is False
    assert host.records(name="nightly") == []


def test_the_next_run_is_kept_in_the_storage(start_host: StartHost) -> None:
    host = start_host(APPS / "timers", NIGHTLY=_NIGHTLY)

    status = _status(host.config, "nightly")

    following = dt.datetime.fromisoformat(status["Next"])
    assert (following.hour, following.minute) == (3, 0)
    assert following > dt.datetime.now(dt.UTC)
    assert status["Last"].startswith("0001-01-01")


def test_a_missed_run_is_past_due_once(start_host: StartHost, config: Config) -> None:
    first = start_host(APPS / "timers", NIGHTLY=_NIGHTLY)
    assert first.stop() == 0
    _set_status(config, "nightly", _past(days=3))

    first.start()
    (seen,) = eventually(lambda: first.records(name="nightly"))
    assert seen["past_due"] is True
    assert first.stop() == 0
    assert dt.datetime.fromisoformat(_status(config, "nightly")["Next"]) > dt.datetime.now(dt.UTC)

    first.start()
    eventually(lambda: len(first.records(name="at_start")) == 3)
    assert len(first.records(name="nightly")) == 1


def test_a_changed_schedule_counts_from_the_last_run(start_host: StartHost, config: Config) -> None:
    host = start_host(APPS / "timers", NIGHTLY=_NIGHTLY)
    assert host.stop() == 0
    hour_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    next_year = dt.datetime.now(dt.UTC) + dt.timedelta(days=300)
    times = {"Last": hour_ago, "Next": next_year, "LastUpdated": hour_ago}
    _set_status(config, "nightly", json.dumps({k: v.isoformat() for k, v in times.items()}))

    changed = HostProcess(config, APPS / "timers", {"NIGHTLY": "0 */10 * * * *"})
    with changed:
        (seen,) = eventually(lambda: changed.records(name="nightly"))
    assert seen["past_due"] is True


@pytest.mark.parametrize("content", ["", "not json", '{"Last": "soon"}', "[]"])
def test_an_unreadable_status_counts_as_none(
    start_host: StartHost,
    config: Config,
    content: str,
) -> None:
    _set_status(config, "nightly", content)

    host = start_host(APPS / "timers", NIGHTLY=_NIGHTLY)

    assert host.records(name="nightly") == []
    assert _status(config, "nightly")["Last"].startswith("0001-01-01")
    assert any("unreadable timer status" in one["message"] for one in host.logged())
