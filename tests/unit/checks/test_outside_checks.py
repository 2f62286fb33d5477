"""Evidence, custom checks, second opinion: what answers from outside means."""

import datetime as dt
import math
from typing import Any, get_args

import msgspec
import pytest
import rfc8785

from promotion.checks import registry, required_evidence
from promotion.checks.plainly import plain, plainly
from promotion.domain.errors import BrokenError
from promotion.domain.policy import CheckSpec, CustomCheck, RequiredEvidence, SecondOpinion
from promotion.domain.results import CheckResult, Outcome
from promotion.domain.snapshot import Snapshot
from tests.building import NOW, submission
from tests.looking import Answering, snapshot

SPEC = RequiredEvidence(name="load-test", max_age=dt.timedelta(days=30))


def with_evidence(**changes: Any) -> Snapshot:  # noqa: ANN401 -- fields of Submission
    looked = snapshot()
    posted = submission(**{"digest": looked.manifest.digest, **changes})
    return msgspec.structs.replace(looked, submissions=(posted,))


def test_evidence_about_these_very_files_passes() -> None:
    result = required_evidence.run(SPEC, with_evidence(data={"p99": 12}))

    assert result.outcome is Outcome.PASSED
    assert result.evidence["data"] == {"p99": 12}
    assert "evidence-pipeline" in result.summary


def test_evidence_that_says_failed_fails_with_where_to_look() -> None:
    posted = with_evidence(outcome=Outcome.FAILED, url="https://ci.example/9")

    result = required_evidence.run(SPEC, posted)

    assert result.outcome is Outcome.FAILED
    assert "https://ci.example/9" in result.summary


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": "other"}, "has been posted yet"),
        ({"digest": "sha256:" + "00" * 32}, "but these files are"),
        ({"at": NOW - dt.timedelta(days=31)}, "older than 720 hours"),
        ({"outcome": Outcome.ERRORED}, "could not be established"),
    ],
)
def test_evidence_that_does_not_count_is_waited_for(changes: dict[str, Any], why: str) -> None:
    result = required_evidence.run(SPEC, with_evidence(**changes))

    assert result.outcome is Outcome.ERRORED
    assert why in result.summary
    assert result.evidence["waiting_for"] == "load-test"


def test_of_several_the_latest_counts() -> None:
    looked = snapshot()
    digest = looked.manifest.digest
    before = submission(digest=digest, at=NOW - dt.timedelta(hours=1))
    after = submission(digest=digest, outcome=Outcome.FAILED)
    looked = msgspec.structs.replace(looked, submissions=(after, before))

    assert required_evidence.run(SPEC, looked).outcome is Outcome.FAILED


def test_a_custom_check_answers_under_its_own_label() -> None:
    outside = Answering(
        CheckResult(name="whatever", outcome=Outcome.PASSED, summary="Fine.", evidence={"a": 1})
    )
    spec = CustomCheck(name="holdout", run="fares.checks:holdout", settings={"x": 1})

    result = registry.run_one(spec, snapshot(outside=outside))

    assert result.name == "custom:holdout"
    assert outside.asked == [("fares.checks:holdout", {"x": 1}, dt.timedelta(minutes=1))]


def test_the_second_opinion_is_asked_with_its_bounds() -> None:
    outside = Answering(CheckResult(name="x", outcome=Outcome.PASSED, summary="Fine."))

    registry.run_one(SecondOpinion(largest_file="1 MiB"), snapshot(outside=outside))

    (asked,) = outside.asked
    assert asked[1] == {"block_on": "malicious", "largest_file": 1 << 20}


def test_without_an_outside_a_custom_check_cannot_run() -> None:
    with pytest.raises(BrokenError, match="built-in checks alone"):
        registry.run_one(CustomCheck(name="x", run="a:b"), snapshot())


def test_every_entry_of_the_policy_has_its_check() -> None:
    specs = set(get_args(CheckSpec.__value__))

    assert specs == set(registry._RUN)


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (2**60, "about 2^61"),
        pytest.param(10**5000, "about 2^16610", id="huge"),
        ("\ud800", "?"),
        ({1: {2}}, {"1": [2]}),
        (b"x", "b'x'"),
        ((1, None, True, 0.5), [1, None, True, 0.5]),
    ],
)
def test_evidence_becomes_what_a_fact_can_hold(
    odd: Any,  # noqa: ANN401 -- whatever a check may answer
    told: object,
) -> None:
    assert plain(odd) == told
    assert rfc8785.dumps(plain(odd))


def test_deep_evidence_ends() -> None:
    deep: Any = []
    for _ in range(500):
        deep = [deep]

    assert rfc8785.dumps(plain(deep))


def test_evidence_that_is_far_too_much_is_left_out_and_said_so() -> None:
    evidence = {str(number): "x" * 3_000 for number in range(100)}
    result = CheckResult(name="x", outcome=Outcome.PASSED, summary="y" * 9_000, evidence=evidence)

    told = plainly(result, "label")

    assert set(told.evidence) == {"left_out"}
    assert told.summary.endswith("(cut)")
