"""Single facts and their decisions, judged from the trail alone."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from promotion.domain import lifecycle
from promotion.domain.actors import SWEEP, Person
from promotion.domain.approvals import Verdict
from promotion.domain.facts import Fact, FactType, seal
from promotion.domain.replay import Replay
from promotion.domain.request import Request
from promotion.domain.trail import verify
from promotion.usecases.decide import decide
from promotion.usecases.verify_audit import Verification
from tests import trails
from tests.building import ROUTE, Stage, ballot


@pytest.fixture(scope="module")
def stage() -> Stage:
    stage = trails.stage()
    trails.promoted(stage)
    return stage


def facts(stage: Stage) -> tuple[Fact, ...]:
    return stage.requests.facts(trails.requests(stage)[0].id)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"spec": "mlpromotion.fact/9"}, "follows 'mlpromotion.fact/9'"),
        ({"id": "other-1"}, "does not have the id"),
        ({"after": "promoted"}, "which no request does"),
        ({"before": "pending"}, "starts from 'pending'"),
    ],
)
def test_a_fact_of_another_form_is_found(
    stage: Stage, change: dict[str, str], problem: str
) -> None:
    first = seal(msgspec.structs.replace(facts(stage)[0], **change))

    assert any(problem in what for what in verify([first]))


def replayed(stage: Stage, change: Callable[[Fact], Fact]) -> list[str]:
    replay = Replay()
    return [what for fact in facts(stage) for what in replay.follow(change(fact))]


def only(kind: str, **changes: Any) -> Callable[[Fact], Fact]:  # noqa: ANN401 -- a fact's fields
    return lambda fact: msgspec.structs.replace(fact, **changes) if fact.type == kind else fact


def test_a_beginning_that_recorded_no_route_is_taken_as_it_is(stage: Stage) -> None:
    assert replayed(stage, only(FactType.REQUEST_OPENED, data={"reason": ""})) == []


def test_a_beginning_about_no_asset_is_found(stage: Stage) -> None:
    (found,) = replayed(stage, only(FactType.REQUEST_OPENED, asset="nonsense"))

    assert "is not the id of an Azure ML asset" in found


def test_another_target_than_the_approved_one_is_found(stage: Stage) -> None:
    (found,) = replayed(stage, only("model.promoted", target="azureml://elsewhere"))

    assert "speaks of azureml://elsewhere, approved was" in found


def test_a_decision_that_nobody_was_asked_for_is_found(stage: Stage) -> None:
    found = replayed(stage, only(FactType.APPROVAL_REQUESTED, type="problem.reported"))

    assert any("nobody was asked for" in what for what in found)


OWNER = msgspec.structs.replace(
    trails.PEOPLE[0], oid="owner", upn="", roles=frozenset({"Promotion.Owner"})
)


def escalated(*roles: str) -> Stage:
    """Return a world with a request that was escalated to the owners, and decided by one of them."""
    stage = trails.stage()
    before = stage.policy.policy
    route = msgspec.structs.replace(before.routes[ROUTE], escalate_to=roles)
    stage.policy.policy = msgspec.structs.replace(before, routes={ROUTE: route})
    stored = stage.requests.get(trails.pending(stage).id)
    assert stored.request.timers is not None
    timers = msgspec.structs.replace(stored.request.timers, escalate_to=("Promotion.Owner",))
    waiting = msgspec.structs.replace(stored.request, timers=timers)
    step = lifecycle.escalate(waiting, actor=SWEEP, now=stage.clock.now())
    stage.requests.save(stored, step)
    for someone in (trails.PEOPLE[1], OWNER, trails.PEOPLE[2]):
        decided(stage, stored.request.id, someone)
    return stage


def test_those_whom_an_escalation_asks_may_decide() -> None:
    stage = escalated("Promotion.Owner")

    assert trails.requests(stage)[0].state.value == "approved"
    assert verified(stage) == []
    assert any("role" in what for what in replayed(stage, only("approval.escalated", type="x.y")))


def test_an_escalation_to_others_than_the_policy_names_is_found() -> None:
    assert any("escalated to others" in what for what in verified(escalated("Promotion.Board")))


def test_a_decision_after_its_time_is_found(stage: Stage) -> None:
    approval = next(each for each in facts(stage) if each.type == FactType.APPROVAL_REQUESTED)
    over = dt.datetime.fromisoformat(approval.data["expires_at"])

    found = replayed(stage, only(FactType.DECISION_RECORDED, at=over))

    assert any("after the time to decide had ended" in what for what in found)
    in_time = over - dt.timedelta(microseconds=1)
    assert replayed(stage, only(FactType.DECISION_RECORDED, at=in_time)) == []


def test_people_who_are_asked_a_second_time_are_found(stage: Stage) -> None:
    # It would begin the count anew, with whatever stages it says.
    replay = Replay()
    asked = next(each for each in facts(stage) if each.type == FactType.APPROVAL_REQUESTED)

    assert list(replay.follow(asked)) == []
    assert any("a second time" in what for what in replay.follow(asked))


def verified(stage: Stage) -> list[str]:
    run = Verification(verifier=trails.public(stage)).run(trails.export(stage))
    return [each.what for each in run]


def decided(stage: Stage, request_id: str, person: Person) -> Request:
    stage.clock.move(dt.timedelta(seconds=1))
    now = stage.requests.get(request_id).request
    return decide(stage.world, request_id, ballot(now, person, Verdict.APPROVE))
