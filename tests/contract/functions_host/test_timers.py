"""Timers: at their times, never beside themselves, missed runs made up for once."""

import contextlib
import datetime as dt
import itertools
import json
import statistics

import pytest
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import ContainerClient

from sandbox.azurite import Azurite
from sandbox.config import Config
from sandbox.functions_host.timer_status import NEVER, Status, TimerStatuses
from tests.contract.functions_host.conftest import StartHost
from tests.contract.functions_host.harness import APPS, HostProcess, eventually

pytestmark = pytest.mark.azurite

_NEW_YEAR = "0 0 0 1 1 *"
_SETTINGS = {"OFTEN": _NEW_YEAR, "NIGHTLY": "0 0 3 * * *"}


def _container(config: Config) -> ContainerClient:
    return ContainerClient.from_connection_string(config.connection_string(), "azure-webjobs-hosts")


def _path(config: Config) -> str:
    return f"timers/{_host_id(config)}/Host.Functions.nightly/status"


def _host_id(config: Config) -> str:
    return f"sandbox-{config.ports.functions}"


def _status(config: Config) -> dict[str, str]:
    with _container(config) as container:
        status: dict[str, str] = json.loads(container.download_blob(_path(config)).readall())
        return status


def _set_status(config: Config, content: str) -> None:
    with _container(config) as container:
        with contextlib.suppress(ResourceExistsError):
            container.create_container()
        container.upload_blob(_path(config), content, overwrite=True)


def _times(last: dt.timedelta, following: dt.timedelta) -> str:
    now = dt.datetime.now(dt.UTC)
    times = {"Last": now + last, "Next": now + following, "LastUpdated": now + last}
    return json.dumps({name: moment.isoformat() for name, moment in times.items()})


def test_a_timer_runs_at_its_times_but_never_beside_itself(start_host: StartHost) -> None:
    host = start_host(APPS / "timers", **{**_SETTINGS, "OFTEN": "* * * * * *"})

    eventually(lambda: len(host.records(name="often ended")) >= 3)

    steps = [one for one in host.records() if one["name"].startswith("often")]
    assert all(a["name"] != b["name"] for a, b in itertools.pairwise(steps))
    starts = [one["at"] % 1 for one in steps if one["name"].endswith("started")]
    # The median: on a busy machine one start may come late, as it may in Azure.
    assert statistics.median(starts) < 0.7


def test_a_new_timer_waits_but_for_run_on_startup(start_host: StartHost, config: Config) -> None:
    host = start_host(APPS / "timers", **_SETTINGS)

    (seen,) = eventually(lambda: host.records(name="at_start"))

    assert seen["past_due"] is False
    assert host.records(name="nightly") == []
    status = _status(config)
    following = dt.datetime.fromisoformat(status["Next"])
    assert (following.hour, following.minute) == (3, 0)
    assert following > dt.datetime.now(dt.UTC)
    assert status["Last"].startswith("0001-01-01")


def test_a_missed_run_is_past_due_once(start_host: StartHost, config: Config) -> None:
    _set_status(config, _times(dt.timedelta(days=-3), dt.timedelta(days=-2)))

    host = start_host(APPS / "timers", **_SETTINGS)
    (seen,) = eventually(lambda: host.records(name="nightly"))
    assert seen["past_due"] is True
    assert host.stop() == 0
    assert dt.datetime.fromisoformat(_status(config)["Next"]) > dt.datetime.now(dt.UTC)

    host.start()
    eventually(lambda: len(host.records(name="at_start")) == 2)
    assert len(host.records(name="nightly")) == 1


def test_a_changed_schedule_counts_from_the_last_run(start_host: StartHost, config: Config) -> None:
    _set_status(config, _times(dt.timedelta(hours=-1), dt.timedelta(days=300)))

    host = start_host(APPS / "timers", **{**_SETTINGS, "NIGHTLY": "0 */10 * * * *"})

    (seen,) = eventually(lambda: host.records(name="nightly"))
    assert seen["past_due"] is True


def test_a_timer_runs_now_through_the_admin_endpoint(start_host: StartHost) -> None:
    host: HostProcess = start_host(APPS / "timers", **_SETTINGS)

    assert host.run_now("nightly").status_code == 202

    (seen,) = eventually(lambda: host.records(name="nightly"))
    assert seen["past_due"] is False


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "content",
    ["", "not json", '{"Last": "soon"}', "[]", '{"Last":"2026-03-01T12:00:00"}'],
)
async def test_an_unreadable_status_counts_as_none(
    config: Config,
    azurite: Azurite,
    content: str,
) -> None:
    assert azurite.running
    _set_status(config, content)
    statuses = TimerStatuses(config.connection_string(), _host_id(config))

    assert await statuses.read("nightly") is None
    await statuses.close()


@pytest.mark.asyncio
async def test_a_status_is_read_as_it_was_written(config: Config, azurite: Azurite) -> None:
    assert azurite.running
    statuses = TimerStatuses(config.connection_string(), _host_id(config))
    moment = dt.datetime(2026, 3, 1, 3, tzinfo=dt.UTC)
    status = Status(last=NEVER, next=moment, last_updated=moment)

    await statuses.write("nightly", status)

    assert await statuses.read("nightly") == status
    assert await statuses.read("another") is None
    await statuses.close()
