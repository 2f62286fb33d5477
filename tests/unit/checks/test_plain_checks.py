"""Type, age, size, lineage: what the registry says of an asset."""

import datetime as dt
from typing import Any

import pytest

from promotion.checks import lineage, maximum_age, model_type, size_limits
from promotion.domain.policy import Lineage, MaximumAge, ModelType, SizeLimits, bytes_of
from promotion.domain.results import Outcome
from tests.building import NOW
from tests.looking import snapshot

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("found", "outcome"),
    [("mlflow_model", PASSED), ("custom_model", FAILED), ("", FAILED), ("MLFLOW_MODEL", FAILED)],
)
def test_only_allowed_types_pass(found: str, outcome: Outcome) -> None:
    result = model_type.run(ModelType(allowed=("mlflow_model",)), snapshot(type=found))

    assert result.outcome is outcome
    assert result.evidence == {"type": found, "allowed": ["mlflow_model"]}


@pytest.mark.parametrize(
    ("age", "outcome"),
    [(DAY * 90, PASSED), (DAY * 90 + dt.timedelta(seconds=1), FAILED), (-DAY, PASSED)],
)
def test_the_age_is_counted_from_the_registration(age: dt.timedelta, outcome: Outcome) -> None:
    result = maximum_age.run(MaximumAge(at_most=DAY * 90), snapshot(created_at=NOW - age))

    assert result.outcome is outcome


def test_an_unknown_age_fails() -> None:
    result = maximum_age.run(MaximumAge(at_most=DAY), snapshot())

    assert result.outcome is FAILED
    assert result.evidence["age_seconds"] is None


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (dt.timedelta(minutes=5), "5 minutes"),
        (dt.timedelta(hours=30), "30.0 hours"),
        (DAY * 3, "3.0 days"),
    ],
)
def test_ages_are_told_in_fitting_units(age: dt.timedelta, told: str) -> None:
    result = maximum_age.run(MaximumAge(at_most=DAY * 9), snapshot(created_at=NOW - age))

    assert told in result.summary


@pytest.mark.parametrize(
    ("limits", "broken"),
    [
        ({"total": 30}, ""),
        ({"total": 29}, "all files together"),
        ({"largest_file": "20 B"}, ""),
        ({"largest_file": 19}, "'b' has 20 bytes"),
        ({"files": 2}, ""),
        ({"files": 1}, "2 files, more than 1"),
    ],
)
def test_every_limit_is_kept(limits: dict[str, Any], broken: str) -> None:
    looked = snapshot({"a": b"x" * 10, "b": b"x" * 20})

    result = size_limits.run(SizeLimits(**limits), looked)

    assert result.outcome is (FAILED if broken else PASSED)
    assert broken in result.summary


def test_all_broken_limits_are_told_at_once() -> None:
    looked = snapshot({"a": b"x" * 10, "b": b"x" * 20})

    summary = size_limits.run(SizeLimits(total=1, largest_file=1, files=1), looked).summary

    assert summary.count("more than") == 3


@pytest.mark.parametrize(
    ("size", "number"),
    [(0, 0), ("512 B", 512), ("3KiB", 3072), ("10 MiB", 10 << 20), ("4 GiB", 4 << 30)],
)
def test_sizes_have_binary_units(size: int | str, number: int) -> None:
    assert bytes_of(size) == number


@pytest.mark.parametrize(
    ("size", "told"),
    [(1023, "1,023 bytes"), (1024, "1.0 KiB"), (5 << 40, "5.0 TiB"), (5000 << 40, "5,000.0 TiB")],
)
def test_sizes_are_told_in_fitting_units(size: int, told: str) -> None:
    assert size_limits.told(size) == told


@pytest.mark.parametrize(
    ("require", "job", "origin", "outcome"),
    [
        ("either", "job-1", "", PASSED),
        ("either", "", "azureml://x", PASSED),
        ("either", " ", "", FAILED),
        ("both", "job-1", "", FAILED),
        ("both", "job-1", "azureml://x", PASSED),
        ("job", "", "azureml://x", FAILED),
        ("job", "job-1", "", PASSED),
        ("origin", "job-1", "", FAILED),
    ],
)
def test_lineage_is_known_as_the_policy_asks(
    require: Any,  # noqa: ANN401 -- one of the entry's words
    job: str,
    origin: str,
    outcome: Outcome,
) -> None:
    result = lineage.run(Lineage(require=require), snapshot(job_name=job, origin=origin))

    assert result.outcome is outcome
    assert result.evidence["require"] == require
