"""What the replay of decisions has against a trail, word by word."""

from typing import Any

import msgspec
import pytest

from promotion.domain import lifecycle
from promotion.domain.actors import SWEEP, VALIDATION
from promotion.domain.facts import Fact
from promotion.domain.replay import Replay
from tests.building import NOW, ballot, examination, opened, person, route, validating

ASKED = lifecycle.request_approval(validating(), route(), examination(), actor=VALIDATION, now=NOW)
DECIDED = lifecycle.decide(ASKED.request, ballot(ASKED.request, person("approver")), now=NOW).fact
CHECKS = [
    {"name": "naming", "outcome": "passed"},
    {"name": "size", "outcome": "failed"},
    {"name": "licence", "outcome": "errored"},
]
NOT_ALLOWED = (
    "Fact F-4 is a decision that was not allowed: Deciding here takes a role that you do not hold."
)
NOT_BY_AUTHORS = (
    "Fact F-4 is a decision that was not allowed: "
    "approver made or requested this asset and may not decide on it."
)


def told(*facts: Fact) -> list[str]:
    """Return what is wrong with facts that follow each other, the request's id written as F."""
    replay = Replay()
    found = [each for fact in facts for each in replay.follow(fact)]
    return [each.replace(ASKED.request.id, "F") for each in found]


def changed(fact: Fact, **data: Any) -> Fact:  # noqa: ANN401 -- whatever a fact records
    """Return the fact with other data."""
    return msgspec.structs.replace(fact, data={**fact.data, **data})


def test_nothing_is_said_against_a_decision_by_the_rules() -> None:
    assert told(ASKED.fact, DECIDED) == []


def test_what_people_were_asked_is_known_with_the_fact_that_asked() -> None:
    replay = Replay()
    list(replay.follow(ASKED.fact))

    assert replay.asked is not None
    assert replay.asked.fact == ASKED.fact.id
    assert replay.asked.digest == ASKED.fact.digest


@pytest.mark.parametrize("left_out", ["authors", "expires_at"])
def test_what_earlier_releases_did_not_record_is_not_held_against_them(left_out: str) -> None:
    recorded = {name: value for name, value in ASKED.fact.data.items() if name != left_out}

    assert told(msgspec.structs.replace(ASKED.fact, data=recorded), DECIDED) == []


def test_who_is_named_by_tenant_and_object_may_decide() -> None:
    named = {"name": "owners", "people": ["tenant/oid-approver"]}
    asked = changed(ASKED.fact, stages=[named])

    assert told(asked, changed(DECIDED, stage="owners", roles=[])) == []


@pytest.mark.parametrize(
    ("facts", "problems"),
    [
        ((DECIDED,), ["Fact F-4 is a decision that nobody was asked for."]),
        (
            (ASKED.fact, changed(DECIDED, revision=2)),
            ["Fact F-4 was decided on revision 2, not on 3."],
        ),
        (
            (ASKED.fact, changed(DECIDED, roles=["Promotion.Reader"])),
            [NOT_ALLOWED],
        ),
        (
            (ASKED.fact, changed(DECIDED, stage="legal")),
            ["Fact F-4 is a decision that was not allowed: There is no stage 'legal'."],
        ),
        (
            (changed(ASKED.fact, checks=CHECKS),),
            ["Fact F-3 asks people although size, licence did not pass."],
        ),
        (
            (changed(ASKED.fact, authors={"names": ["approver"]}), DECIDED),
            [NOT_BY_AUTHORS],
        ),
        (
            (ASKED.fact, changed(DECIDED, verdict="reject")),
            ["Fact F-4 ends approved, but by its stages the request is rejected."],
        ),
        (
            (ASKED.fact, msgspec.structs.replace(DECIDED, data={})),
            ["Fact F-4 lacks what a request.approved records (KeyError: 'roles')."],
        ),
    ],
)
def test_what_the_rules_have_against_a_decision_is_told(
    facts: tuple[Fact, ...], problems: list[str]
) -> None:
    assert told(*facts)[: len(problems)] == problems


def test_an_escalation_before_anybody_was_asked_widens_nothing() -> None:
    escalated = lifecycle.escalate(ASKED.request, actor=SWEEP, now=NOW).fact

    assert told(escalated) == []


def test_of_a_trail_that_recorded_no_route_none_is_known() -> None:
    replay = Replay()
    list(replay.follow(msgspec.structs.replace(opened().fact, data={"reason": ""})))

    assert replay.route == ""
