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
from tests.building import Stage, ballot


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


def test_those_whom_an_escalation_asks_may_decide() -> None:
    stage = trails.stage()
    request = trails.pending(stage)
    stored = stage.requests.get(request.id)
    assert stored.request.timers is not None
    timers = msgspec.structs.replace(stored.request.timers, escalate_to=("Promotion.Owner",))
    waiting = msgspec.structs.replace(stored.request, timers=timers)
    step = lifecycle.escalate(waiting, actor=SWEEP, now=stage.clock.now())
    stage.requests.save(stored, step)
    owner = msgspec.structs.replace(
        trails.PEOPLE[0], oid="owner", roles=frozenset({"Promotion.Owner"})
    )
    for someone in (trails.PEOPLE[1], owner, trails.PEOPLE[2]):
        request = decided(stage, request.id, someone)

    lines = trails.export(stage)

    assert request.state.value == "approved"
    assert list(Verification(verifier=trails.public(stage)).run(lines)) == []
    assert any("role" in what for what in replayed(stage, only("approval.escalated", type="x.y")))


def decided(stage: Stage, request_id: str, person: Person) -> Request:
    stage.clock.move(dt.timedelta(seconds=1))
    now = stage.requests.get(request_id).request
    return decide(stage.world, request_id, ballot(now, person, Verdict.APPROVE))
