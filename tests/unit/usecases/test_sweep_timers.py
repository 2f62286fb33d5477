"""The sweep over time: reminders, escalation, poison, damage; each safe to repeat."""

import datetime as dt

import msgspec
import pytest

from promotion.adapters.memory import MemoryHints, MemoryRequests
from promotion.domain.actors import EVENT_GRID
from promotion.domain.errors import RetryableError
from promotion.domain.lifecycle import Opening
from promotion.domain.request import State
from promotion.ports import LOOK_AFTER, Delivered, Poisoned, Queue
from promotion.usecases.open_request import announce
from promotion.usecases.report_poison import report_poison
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from tests.building import ROUTE, Stage, model, policy

DAY = dt.timedelta(days=1)


def asked(stage: Stage) -> str:
    """Return the id of a request that waits for people."""
    stage.register()
    (opened,) = announce(stage.world, model(), Opening(actor=EVENT_GRID))
    return validate(stage.world, opened.request.id).id


def types(stage: Stage, request_id: str) -> list[str]:
    """Return the types of the request's facts."""
    return [fact.type for fact in stage.requests.facts(request_id)]


def test_people_are_reminded_until_they_decide_or_time_is_over() -> None:
    stage = Stage()
    request_id = asked(stage)

    for _ in range(20):
        stage.clock.move(DAY / 2)
        sweep(stage.world)
        sweep(stage.world)

    assert types(stage, request_id)[3:] == ["approval.reminded"] * 3 + ["request.expired"]


def test_others_are_asked_once_when_the_policy_says_so() -> None:
    stage = Stage()
    base = policy()
    eager = msgspec.structs.replace(
        base.routes[ROUTE],
        escalate_after=DAY,
        escalate_to=("Promotion.Director",),
        remind_every=None,
    )
    stage.policy.policy = msgspec.structs.replace(base, routes={ROUTE: eager})
    request_id = asked(stage)

    for _ in range(6):
        stage.clock.move(DAY)
        sweep(stage.world)

    assert types(stage, request_id)[3:] == ["approval.escalated"]
    stages = stage.requests.get(request_id).request.stages
    assert stages[0].roles == ("Promotion.Approver", "Promotion.Director")


def test_work_that_was_given_up_shows_on_its_request_with_the_reason() -> None:
    stage = Stage()
    request_id = asked(stage)
    progress = stage.requests.progress(request_id)
    stage.requests.save_progress(
        request_id,
        msgspec.structs.replace(progress, trouble="Storage is away."),
    )
    poisoned = Poisoned(queue=Queue.DELIVERIES, request_id=request_id, receipt="1")
    stage.hints.given_up = [poisoned]

    assert report_poison(stage.world) == ()

    request = stage.requests.get(request_id).request
    assert request.state is State.PENDING
    assert request.problem is not None
    assert "Storage is away." in request.problem.message
    assert stage.hints.poisoned() == ()


def test_the_same_trouble_again_is_reported_once() -> None:
    stage = Stage()
    request_id = asked(stage)

    for receipt in ("1", "2"):
        stage.hints.given_up = [
            Poisoned(queue=Queue.VALIDATIONS, request_id=request_id, receipt=receipt),
        ]
        sweep(stage.world)

    assert types(stage, request_id).count("problem.reported") == 1


def test_a_given_up_hint_to_nothing_is_taken_off() -> None:
    stage = Stage()
    stage.hints.given_up = [Poisoned(queue=Queue.VALIDATIONS, request_id="", receipt="1")]

    sweep(stage.world)

    assert stage.hints.poisoned() == ()


def test_poison_queues_that_are_away_do_not_stop_the_sweep() -> None:
    class Away(MemoryHints):
        def poisoned(self) -> tuple[Poisoned, ...]:
            raise RetryableError("Queue storage did not answer.")

    stage = Stage(hints=Away())
    asked(stage)
    stage.clock.move(LOOK_AFTER)

    swept = sweep(stage.world)

    assert swept.visited > 0
    assert "did not answer" in swept.problems[0]


def test_a_defect_that_one_request_shows_does_not_stop_the_clocks_of_the_others() -> None:
    class Defective(MemoryRequests):
        shown_by = ""

        def delivered(self, request_id: str) -> Delivered:
            if request_id == self.shown_by:
                raise ValueError(request_id)
            return super().delivered(request_id)

    stage = Stage(requests=(requests := Defective()))
    requests.shown_by = asked(stage)
    stage.register(model("other"))
    (other,) = announce(stage.world, model("other"), Opening(actor=EVENT_GRID))
    stage.clock.move(LOOK_AFTER)
    stage.hints.take()

    with pytest.raises(ValueError, match=requests.shown_by):
        sweep(stage.world)

    assert (Queue.VALIDATIONS, other.request.id) in {
        (hint.queue, hint.request_id) for hint in stage.hints.take()
    }
