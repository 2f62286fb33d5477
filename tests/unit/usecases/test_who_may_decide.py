"""Who decides on what is settled when they decide: no way around leads an author or a latecomer to an approval."""

import datetime as dt

import pytest

from promotion.domain import lifecycle
from promotion.domain.actors import PROMOTION, acting
from promotion.domain.errors import ConflictError, ForbiddenError, StaleError
from promotion.domain.lifecycle import Opening
from promotion.domain.request import Request, State
from promotion.usecases.decide import decide
from promotion.usecases.open_request import ask
from promotion.usecases.options import open_stages
from promotion.usecases.promote import promote
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from tests.building import ROUTE, Stage, ballot, description, model, person

REQUESTER = person("requester", "Promotion.Requester", "Promotion.Approver")
APPROVER = person("approver")


def approved(stage: Stage) -> Request:
    opening = Opening(actor=acting(REQUESTER), requester=REQUESTER)
    request = ask(stage.world, stage.register(), ROUTE, opening).request
    request = validate(stage.world, request.id)
    return decide(stage.world, request.id, ballot(request, APPROVER))


def second_attempt(stage: Stage) -> Request:
    opened = ask(stage.world, model(), ROUTE, Opening(actor=PROMOTION))
    assert (opened.created, opened.request.attempt) == (False, 2)
    return validate(stage.world, opened.request.id)


def test_who_asked_does_not_decide_on_the_attempt_that_follows_a_changed_source() -> None:
    stage = Stage()
    request = approved(stage)
    stage.registries.put(description(model()), {"MLmodel": b"other"})
    assert promote(stage.world, request.id).state is State.SUPERSEDED

    again = second_attempt(stage)

    with pytest.raises(ForbiddenError, match="made or requested"):
        decide(stage.world, again.id, ballot(again, REQUESTER))


def test_who_asked_does_not_decide_on_a_successor_that_the_sweep_opened() -> None:
    stage = Stage()
    stored = stage.requests.get(approved(stage).id)
    error = StaleError("The source changed.")
    step = lifecycle.supersede(stored.request, error, actor=PROMOTION, now=stage.clock.now())
    # The worker dies here, before it opens the next attempt.
    stage.requests.save(stored, step)
    stage.clock.move(dt.timedelta(minutes=10))
    sweep(stage.world)

    again = second_attempt(stage)

    assert again.made_by.include(REQUESTER)


@pytest.mark.parametrize("late", [dt.timedelta(0), dt.timedelta(days=3)])
def test_a_decision_after_the_time_to_decide_counts_for_nothing(late: dt.timedelta) -> None:
    stage = Stage()
    opening = Opening(actor=acting(REQUESTER), requester=REQUESTER)
    request = ask(stage.world, stage.register(), ROUTE, opening).request
    request = validate(stage.world, request.id)
    assert request.expires_at is not None
    stage.clock.move(request.expires_at - stage.clock.now() + late)

    with pytest.raises(ConflictError, match="time to decide"):
        decide(stage.world, request.id, ballot(request, APPROVER))

    assert stage.requests.get(request.id).request == request


def test_a_decision_in_the_last_moment_counts() -> None:
    stage = Stage()
    request = ask(stage.world, stage.register(), ROUTE, Opening(actor=PROMOTION)).request
    request = validate(stage.world, request.id)
    assert request.expires_at is not None
    stage.clock.move(request.expires_at - stage.clock.now() - dt.timedelta(microseconds=1))

    decided = decide(stage.world, request.id, ballot(request, APPROVER))

    assert decided.state is State.APPROVED


def test_no_stage_is_open_of_what_was_decided() -> None:
    stage = Stage()
    request = approved(stage)

    assert open_stages(request, person("second")) == ()
