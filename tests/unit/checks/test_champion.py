"""Champion and challenger: who is in use, who wins, and what the policy decides."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.checks import champion_challenger
from promotion.checks.champion_challenger import compare
from promotion.domain.policy import ChampionChallenger
from promotion.domain.results import CheckResult, Outcome, TargetVersion
from promotion.domain.versions import current
from tests.building import NOW
from tests.looking import snapshot

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED


def version(number: str, rmse: str | None = "4.0", **fields: Any) -> TargetVersion:  # noqa: ANN401 -- fields of it
    tags = {} if rmse is None else {"rmse": rmse}
    return TargetVersion(version=number, tags=tags, **fields)


def duel(
    written: str,
    *versions: TargetVersion,
    **settings: Any,  # noqa: ANN401 -- fields of the entry
) -> CheckResult:
    spec = ChampionChallenger(metric="rmse", better="lower", **settings)
    return champion_challenger.run(spec, snapshot(tags={"rmse": written}, versions=versions))


@pytest.mark.parametrize(
    ("written", "settings", "outcome"),
    [
        ("3.9", {}, PASSED),
        ("4.1", {}, FAILED),
        ("4.0", {}, PASSED),
        ("4.0", {"equal": "fail"}, FAILED),
        ("4.0", {"equal": "pass", "min_absolute_change": 0.1}, FAILED),
        ("3.9", {"min_absolute_change": 0.2}, FAILED),
        ("3.5", {"min_absolute_change": 0.5}, PASSED),
        ("3.9", {"min_relative_change": 0.05}, FAILED),
        ("3.0", {"min_relative_change": 0.25}, PASSED),
        ("nan", {}, FAILED),
        ("-inf", {}, FAILED),
    ],
)
def test_the_challenger_must_win_as_the_policy_says(
    written: str, settings: dict[str, Any], outcome: Outcome
) -> None:
    assert duel(written, version("2"), **settings).outcome is outcome


def test_the_evidence_names_whom_it_was_measured_against() -> None:
    result = duel("3.0", version("1", "9"), version("2"), version("3", "1", archived=True))

    assert result.evidence["champion_version"] == "2"
    assert result.evidence["champion_value"] == 4.0
    assert (result.evidence["gain"], result.evidence["relative_gain"]) == (1.0, 0.25)
    assert "better than 4 of version 2" in result.summary


@pytest.mark.parametrize(("setting", "outcome"), [("pass", PASSED), ("fail", FAILED)])
def test_without_a_champion_the_policy_decides(setting: str, outcome: Outcome) -> None:
    assert duel("3", no_champion=setting).outcome is outcome


def test_the_same_version_in_the_target_is_no_champion() -> None:
    assert duel("9", version("1")).outcome is PASSED


@pytest.mark.parametrize(("setting", "outcome"), [("pass", PASSED), ("fail", FAILED)])
def test_a_champion_without_the_metric_is_the_policys_matter(
    setting: str, outcome: Outcome
) -> None:
    assert duel("3", version("2", None), champion_without_metric=setting).outcome is outcome


@pytest.mark.parametrize("odd", ["nan", "inf", "soon"])
def test_a_champion_with_an_odd_metric_never_passes(odd: str) -> None:
    assert duel("3", version("2", odd), champion_without_metric="pass").outcome is FAILED


def test_when_nothing_tells_who_is_champion_it_fails() -> None:
    result = duel("3", version("alpha"), version("beta"))

    assert result.outcome is FAILED
    assert "no telling whom to beat" in result.summary


def test_a_champion_of_zero_is_beaten_by_any_gain() -> None:
    assert duel("-0.1", version("2", "0"), min_relative_change=0.5).outcome is PASSED
    assert duel("0.1", version("2", "0"), min_relative_change=0.5).outcome is FAILED


def test_the_champions_metric_can_come_from_its_files() -> None:
    spec = ChampionChallenger(metric="rmse", better="lower", read_from="mlmodel")
    looked = snapshot(
        {"MLmodel": b"metrics: {rmse: 3.0}"},
        versions=(TargetVersion(version="7"),),
        champion_files={"MLmodel": b"metrics: {rmse: 3.5}"},
    )

    result = champion_challenger.run(spec, looked)

    assert result.outcome is PASSED
    assert result.evidence["champion_value"] == 3.5


@given(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)
def test_higher_and_lower_are_mirror_images(one: float, other: float) -> None:
    assert compare("higher", one, other).gain == -compare("lower", one, other).gain


@pytest.mark.parametrize(
    ("versions", "wanted"),
    [
        ([], None),
        ([("9", False), ("10", False)], "10"),
        ([("9", False), ("10", True)], "9"),
        ([("1.9.0", False), ("1.10.0", False)], "1.10.0"),
        ([("only", False)], "only"),
    ],
)
def test_the_current_version_is_the_highest_that_is_not_archived(
    versions: list[tuple[str, bool]], wanted: str | None
) -> None:
    found = current(TargetVersion(version=name, archived=old) for name, old in versions)

    assert (found.version if found else None) == wanted


def test_versions_of_no_scheme_go_by_their_time() -> None:
    old = TargetVersion(version="summer", created_at=NOW)
    new = TargetVersion(version="autumn", created_at=NOW + dt.timedelta(days=1))

    assert current([new, old]) == new
