"""Foreign checks in processes of their own: what they see, and that nothing they do reaches further."""

import datetime as dt
import time
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from promotion.adapters.outside import OutsideProcess
from promotion.domain.errors import BrokenError, RetryableError
from promotion.domain.policy import CustomCheck
from promotion.domain.reading import FileReader, NoFiles
from promotion.domain.results import CheckResult, Outcome, TargetVersion
from promotion.domain.snapshot import Snapshot
from promotion.usecases.examine import examine
from tests.looking import FILES, snapshot

HERE = "tests.unit.adapters.outside.misbehaving"
LONG = dt.timedelta(seconds=30)


def run(
    function: str,
    looked: Snapshot | None = None,
    limit: dt.timedelta = LONG,
    **settings: Any,  # noqa: ANN401 -- JSON
) -> CheckResult:
    return OutsideProcess().run(f"{HERE}:{function}", settings, looked or snapshot(), limit)


def test_a_check_sees_the_asset_and_nothing_of_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AzureWebJobsStorage", "AccountKey=secret")
    looked = snapshot(
        tags={"owner": "team"},
        versions=(TargetVersion(version="7"),),
        champion_files={"metrics.json": b"{}"},
    )

    result = run("look_around", looked, wanted=[1, None, "x"])

    seen = result.evidence
    assert result.outcome is Outcome.PASSED
    assert set(seen.pop("environment")) <= {
        *("PATH", "PYTHONPATH", "PYTHONIOENCODING", "LC_ALL", "TMPDIR", "TZ", "LC_CTYPE"),
    }
    assert seen == {
        "paths": sorted(FILES),
        "champion": ["metrics.json"],
        "size": 4,
        "middle": FILES["model.pkl"][2:5].hex(),
        "tags": {"owner": "team"},
        "versions": ["7"],
        "settings": {"wanted": [1, None, "x"]},
    }


def test_a_check_that_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    started = time.monotonic()

    with pytest.raises(BrokenError, match="took longer than 3 seconds"):
        run("hang", limit=dt.timedelta(seconds=3), note=str(note))

    assert time.monotonic() - started < 20
    child = int(note.read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie"


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("die", "ended without an answer"),
        ("complain", r"ValueError: nothing to measure.*Its last words: the holdout set is gone"),
        ("answer_something_else", "it answered bool, not CheckResult"),
        ("answer_far_too_much", "it sent a message of 30,0"),
        ("read_what_is_missing", "There is no file 'nothing'"),
        ("no_such_function", "AttributeError"),
    ],
)
def test_what_goes_wrong_is_told(function: str, why: str) -> None:
    with pytest.raises(BrokenError, match=why):
        run(function)


def test_a_module_that_is_not_there_is_told() -> None:
    with pytest.raises(BrokenError, match="No module named 'nowhere'"):
        OutsideProcess().run("nowhere:check", {}, snapshot(), LONG)


class _BusyFiles(NoFiles):
    """Files behind a storage that is not ready."""

    @property
    def paths(self) -> tuple[str, ...]:
        return ("model.pkl",)

    def open(self, path: str) -> FileReader:
        raise RetryableError(f"storage is busy: {path}", after=dt.timedelta(seconds=9))


def test_a_storage_that_is_not_ready_is_no_fault_of_the_checks() -> None:
    looked = msgspec.structs.replace(snapshot(), files=_BusyFiles())

    with pytest.raises(RetryableError, match="storage is busy") as raised:
        run("read_on_regardless", looked)

    assert raised.value.after == dt.timedelta(seconds=9)


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b'{"rows": 5000}', Outcome.PASSED),
        (b'{"rows": 5}', Outcome.FAILED),
        (b"not json", Outcome.ERRORED),
    ],
)
def test_the_example_check_works_as_its_text_says(content: bytes, outcome: Outcome) -> None:
    spec = CustomCheck(
        name="holdout",
        run="samples.checks.holdout:large_enough",
        settings={"file": "holdout.json", "at_least": 1000},
    )
    looked = snapshot({"holdout.json": content}, outside=OutsideProcess())

    (result,) = examine((spec,), looked).results

    assert (result.name, result.outcome) == ("custom:holdout", outcome)
