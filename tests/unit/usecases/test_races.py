"""Work that another worker, or an earlier attempt, did in the same moment: it stands, and nothing is told twice."""

import datetime as dt
import logging
from collections.abc import Callable

import msgspec
import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain.actors import EVENT_GRID
from promotion.domain.errors import BrokenError, DamagedError, RetryableError, StaleError
from promotion.domain.lifecycle import Opening, Step
from promotion.domain.request import Request, State
from promotion.domain.timers import Bell
from promotion.ports import Poisoned, Queue, Stored
from promotion.usecases import overtaken
from promotion.usecases.decide import decide
from promotion.usecases.open_request import announce
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from tests.building import NOW, Stage, ballot, model, opened, pending, person

APPROVER = person("approver")
ABSENT = "a" * 26
DAY = dt.timedelta(days=1)


class Raced(MemoryRequests):
    """Requests that somebody else changes just before one write; or whose answer to one write is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.other: Callable[[], object] = lambda: None
        self.unheard = False

    def save(self, stored: Stored, step: Step) -> Stored:
        """Let the other one go first, then try; say nothing of it once."""
        other, self.other = self.other, lambda: None
        other()
        saved = super().save(stored, step)
        if self.unheard:
            self.unheard = False
            raise StaleError("The row has changed since it was read.")
        return saved


def asked(stage: Stage) -> Request:
    """Return a request that waits for people."""
    stage.register()
    (found,) = announce(stage.world, model(), Opening(actor=EVENT_GRID))
    return validate(stage.world, found.request.id)


def kept(stage: Stage, **fields: object) -> Request:
    """Store a request of these fields, past all transitions, that is looked at now."""
    step = opened(now=NOW - DAY)
    request = msgspec.structs.replace(pending(), id=step.request.id, **fields)
    stage.requests.add(msgspec.structs.replace(step, request=request))
    return request


def lost() -> None:
    """Lose a race."""
    raise StaleError("It moved on.")


def test_a_verdict_whose_answer_was_lost_was_given_all_the_same() -> None:
    requests = Raced()
    stage = Stage(requests=requests)
    request = asked(stage)
    requests.unheard = True

    after = decide(stage.world, request.id, ballot(request, APPROVER))

    assert (after.state, len(after.decisions)) == (State.APPROVED, 1)
    assert Queue.PROMOTIONS in {each.queue for each in stage.hints.take()}


def test_a_decision_while_the_clock_rings_stands() -> None:
    requests = Raced()
    stage = Stage(requests=requests)
    request = asked(stage)
    stage.hints.take()
    stage.clock.move(2 * DAY)
    requests.other = lambda: decide(stage.world, request.id, ballot(request, APPROVER))

    assert sweep(stage.world).problems == ()

    after = stage.requests.get(request.id).request
    assert after.state is State.APPROVED
    assert "approval.reminded" not in [fact.type for fact in stage.requests.facts(request.id)]


def test_a_request_that_is_due_before_any_bell_is_left_as_it_is() -> None:
    stage = Stage()
    request = kept(stage, due_at=NOW - DAY)
    assert request.timers is not None
    assert request.timers.ringing(NOW) is Bell.NOTHING

    assert sweep(stage.world).problems == ()

    assert stage.requests.get(request.id).request == request


def test_a_request_that_ended_is_left_as_it_is_whenever_it_was_due() -> None:
    stage = Stage()
    request = kept(stage, state=State.CANCELLED, due_at=NOW - DAY)

    assert sweep(stage.world).problems == ()

    assert stage.requests.get(request.id).request == request


def test_a_note_of_a_request_that_was_never_stored_is_taken_off() -> None:
    requests = MemoryRequests()
    requests._watch(ABSENT, NOW)
    stage = Stage(requests=requests)

    first, second = sweep(stage.world), sweep(stage.world)

    assert (first.visited, first.problems, second.visited) == (1, (), 0)


def test_a_request_that_another_worker_opened_and_works_on_needs_no_hint() -> None:
    class Faster(MemoryRequests):
        def add(self, step: Step) -> tuple[Stored, bool]:
            ahead = msgspec.structs.replace(step.request, state=State.VALIDATING)
            super().add(msgspec.structs.replace(step, request=ahead))
            return super().add(step)

    stage = Stage(requests=Faster())
    stage.register()

    (found,) = announce(stage.world, model(), Opening(actor=EVENT_GRID))

    assert (found.created, found.request.state) == (False, State.VALIDATING)
    assert stage.hints.take() == []


def test_whoever_loses_a_race_of_hints_goes_home_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO), overtaken.tolerated(ABSENT):
        lost()

    (record,) = caplog.records
    assert (record.message, record.__dict__["request_id"]) == ("overtaken", ABSENT)


def test_any_other_trouble_of_a_hint_is_trouble() -> None:
    with pytest.raises(BrokenError), overtaken.tolerated(ABSENT):
        raise BrokenError("It cannot be read.")


def test_work_given_up_on_a_damaged_request_is_logged_and_taken_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Damaged(MemoryRequests):
        def get(self, request_id: str) -> Stored:
            raise DamagedError(f"{request_id} is cut.")

    stage = Stage(requests=Damaged())
    stage.hints.given_up = [Poisoned(queue=Queue.VALIDATIONS, request_id=ABSENT, receipt="1")]

    assert sweep(stage.world).problems == ()

    assert stage.hints.poisoned() == ()
    assert f"{ABSENT} is cut." in caplog.text


def test_work_given_up_that_cannot_be_looked_at_stays_and_keeps_no_other() -> None:
    class Away(MemoryRequests):
        def get(self, request_id: str) -> Stored:
            if request_id == ABSENT:
                raise RetryableError("Table storage did not answer.")
            return super().get(request_id)

    stage = Stage(requests=Away())
    request = asked(stage)
    stage.hints.given_up = [
        Poisoned(queue=Queue.DELIVERIES, request_id=each, receipt=each)
        for each in (ABSENT, request.id)
    ]

    assert sweep(stage.world).problems == (f"{ABSENT}: Table storage did not answer.",)

    assert [each.request_id for each in stage.hints.poisoned()] == [ABSENT]
    assert stage.requests.get(request.id).request.problem is not None
