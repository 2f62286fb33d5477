"""Evidence from outside: how a request waits for it, and what its coming does."""

import datetime as dt
from typing import Any

import msgspec

from promotion.domain.actors import EVENT_GRID
from promotion.domain.lifecycle import Opening
from promotion.domain.policy import Policy, RequiredEvidence, VersionRule
from promotion.domain.request import Request, State
from promotion.domain.results import Outcome
from promotion.domain.trail import verify
from promotion.ports import Queue
from promotion.usecases.open_request import announce
from promotion.usecases.submit_evidence import Offer, submit_evidence
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from tests.building import FILES, ROUTE, Stage, description, model, person
from tests.looking import route_with

PIPELINE = person("pipeline", "Promotion.Evidence")
LOAD, FAIRNESS = RequiredEvidence(name="load-test"), RequiredEvidence(name="fairness")


def stage_with(*checks: RequiredEvidence) -> Stage:
    """Return a world whose route requires evidence."""
    stage = Stage()
    route = route_with(VersionRule(), *checks)
    stage.policy.policy = Policy(version=1, routes={ROUTE: route})
    stage.register()
    return stage


def waiting(stage: Stage) -> Request:
    """Return a request that was looked at once."""
    (opened,) = announce(stage.world, model(), Opening(actor=EVENT_GRID))
    return validate(stage.world, opened.request.id)


def offer(request: Request, **changes: Any) -> Offer:  # noqa: ANN401 -- fields of Offer
    """Return a passing load test of the request's files."""
    fields = {
        "person": PIPELINE,
        "name": "load-test",
        "outcome": Outcome.PASSED,
        "digest": request.digest,
        "data": {"p99_ms": 12.5},
        **changes,
    }
    return Offer(**fields)


def test_a_request_waits_and_says_for_which_evidence_and_how_to_post_it() -> None:
    request = waiting(stage_with(LOAD, FAIRNESS))

    assert request.state is State.RECEIVED
    assert request.digest.startswith("sha256:")
    assert request.problem is not None
    assert "load-test, fairness" in request.problem.message
    assert request.digest in request.problem.remedy
    assert [check.outcome.value for check in request.checks] == ["passed", "errored", "errored"]


def test_evidence_wakes_the_request_which_then_asks_people() -> None:
    stage = stage_with(LOAD)
    request = waiting(stage)
    stage.hints.take()

    posted = submit_evidence(stage.world, request.id, offer(request))

    assert posted.state is State.RECEIVED
    assert Queue.VALIDATIONS in {hint.queue for hint in stage.hints.take()}
    asked = validate(stage.world, request.id)
    assert asked.state is State.PENDING
    assert [check.outcome.value for check in asked.checks] == ["passed", "passed"]


def test_one_of_two_is_not_enough() -> None:
    stage = stage_with(LOAD, FAIRNESS)
    request = waiting(stage)
    submit_evidence(stage.world, request.id, offer(request))

    again = validate(stage.world, request.id)

    assert again.state is State.RECEIVED
    assert again.problem is not None
    assert "waits for evidence: fairness" in again.problem.message


def test_evidence_that_failed_refuses_the_request() -> None:
    stage = stage_with(LOAD)
    request = waiting(stage)
    submit_evidence(stage.world, request.id, offer(request, outcome=Outcome.FAILED))

    assert validate(stage.world, request.id).state is State.REFUSED


def test_a_lost_hint_is_made_good_by_the_sweep() -> None:
    stage = stage_with(LOAD)
    request = waiting(stage)
    submit_evidence(stage.world, request.id, offer(request))
    stage.hints.take()

    stage.clock.move(dt.timedelta(minutes=2))
    sweep(stage.world)

    sent = {(hint.queue, hint.request_id) for hint in stage.hints.take()}
    assert (Queue.VALIDATIONS, request.id) in sent


def test_waiting_costs_nothing_until_the_time_is_up() -> None:
    stage = stage_with(LOAD)
    request = waiting(stage)
    stage.hints.take()

    stage.clock.move(dt.timedelta(days=6))
    sweep(stage.world)

    assert Queue.VALIDATIONS not in {hint.queue for hint in stage.hints.take()}
    assert validate(stage.world, request.id) == request


def test_evidence_that_never_comes_ends_in_a_refusal_that_says_so() -> None:
    stage = stage_with(LOAD)
    request = waiting(stage)

    stage.clock.move(LOAD.wait)
    refused = validate(stage.world, request.id)

    assert refused.state is State.REFUSED
    assert refused.problem is not None
    assert "load-test was not posted in time" in refused.problem.message


def test_evidence_about_files_that_changed_since_is_waited_for_anew() -> None:
    stage = stage_with(LOAD)
    request = waiting(stage)
    submit_evidence(stage.world, request.id, offer(request))
    stage.registries.put(description(model()), {**FILES, "model.pkl": b"other"})

    again = validate(stage.world, request.id)

    assert again.state is State.RECEIVED
    assert again.digest != request.digest


def test_the_same_evidence_again_changes_nothing() -> None:
    stage = stage_with(LOAD, FAIRNESS)
    request = waiting(stage)
    first = submit_evidence(stage.world, request.id, offer(request))

    again = submit_evidence(stage.world, request.id, offer(request))

    assert again == first


def test_newer_evidence_of_a_name_takes_the_place_of_the_older() -> None:
    stage = stage_with(LOAD, FAIRNESS)
    request = waiting(stage)
    submit_evidence(stage.world, request.id, offer(request, outcome=Outcome.FAILED))

    after = submit_evidence(stage.world, request.id, offer(request))

    assert [each.outcome for each in after.evidence] == [Outcome.PASSED]
    types = [fact.type for fact in stage.requests.facts(request.id)]
    assert types.count("evidence.submitted") == 2
    assert list(verify(stage.requests.facts(request.id))) == []


def test_the_whole_data_is_kept_and_small_data_is_shown() -> None:
    stage = stage_with(LOAD, FAIRNESS)
    request = waiting(stage)
    large = {"rows": ["x" * 100] * 100}
    submit_evidence(stage.world, request.id, offer(request))

    after = submit_evidence(stage.world, request.id, offer(request, name="fairness", data=large))

    small, big = after.evidence
    assert small.data == {"p99_ms": 12.5}
    assert big.data == {}
    assert msgspec.json.decode(stage.evidence.get(big.reference)) == large
