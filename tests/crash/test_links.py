"""Whatever crashes: a link is spent exactly when its decision is recorded, and each decision counts once."""

import pytest

from tests.crash.faults import Plan
from tests.crash.linking import linking
from tests.crash.plans import broken_by, calls_of_an_undisturbed_run, pairs, single

CALLS = len(calls_of_an_undisturbed_run(linking()))
PAIRS = 150


def test_people_decide_by_links_alone() -> None:
    platform = linking()
    calls = calls_of_an_undisturbed_run(platform)

    (request,) = platform.requests()

    assert {each.by.method for each in request.decisions} == {"bearer-link"}
    assert {"requests.add_link", "requests.link"} <= set(calls)
    assert list(platform.spending()) == []


@pytest.mark.parametrize("plan", list(single(CALLS)), ids=str)
def test_one_fault_spends_no_link_without_its_decision(plan: Plan) -> None:
    platform = linking(plan)

    assert broken_by(plan, platform) == []
    assert list(platform.spending()) == []


@pytest.mark.parametrize("plan", list(pairs(CALLS, PAIRS)), ids=str)
def test_two_faults_spend_no_link_without_its_decision(plan: Plan) -> None:
    platform = linking(plan)

    assert broken_by(plan, platform) == []
    assert list(platform.spending()) == []
