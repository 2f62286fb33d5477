"""Every port call crashes, fails, loses its answer or is overtaken; no invariant breaks.

`python -m tests.crash` runs the same with any number of pairs and prints the count.
"""

import pytest

from tests.crash.faults import Plan
from tests.crash.plans import broken_by, calls_of_an_undisturbed_run, pairs, single
from tests.crash.platform import counting

CALLS = len(calls_of_an_undisturbed_run())
COUNTING_CALLS = len(calls_of_an_undisturbed_run(counting()))
PAIRS = 400


def test_the_flow_calls_every_port() -> None:
    ports = {name.split(".")[0] for name in calls_of_an_undisturbed_run()}

    assert ports == {
        "requests",
        "hints",
        "registries",
        "topic",
        "mail",
        "evidence",
        "signer",
        "watermarks",
    }


def test_a_counted_version_is_reserved_as_well() -> None:
    assert "reservations.reserve" in calls_of_an_undisturbed_run(counting())


@pytest.mark.parametrize("plan", list(single(COUNTING_CALLS)), ids=str)
def test_one_fault_gives_no_version_twice(plan: Plan) -> None:
    assert broken_by(plan, counting(plan)) == []


@pytest.mark.parametrize("plan", list(pairs(COUNTING_CALLS, PAIRS // 2)), ids=str)
def test_two_faults_give_no_version_twice(plan: Plan) -> None:
    assert broken_by(plan, counting(plan)) == []


@pytest.mark.parametrize("plan", list(single(CALLS)), ids=str)
def test_one_fault_breaks_nothing(plan: Plan) -> None:
    assert broken_by(plan) == []


@pytest.mark.parametrize("plan", list(pairs(CALLS, PAIRS)), ids=str)
def test_two_faults_break_nothing(plan: Plan) -> None:
    assert broken_by(plan) == []
