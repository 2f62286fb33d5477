"""Taking a request back: who may, until when, once, and while it moves underneath."""

from collections.abc import Callable

import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain.actors import SWEEP
from promotion.domain.errors import (
    BrokenError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    StaleError,
)
from promotion.domain.lifecycle import Step, report_problem
from promotion.domain.request import Request, State
from promotion.ports import Queue, Stored
from promotion.usecases.cancel import cancel
from promotion.usecases.decide import decide
from promotion.usecases.wish import Wish
from tests.building import Stage, ballot
from tests.surfing import APPROVER, OPERATOR, READER, REQUESTER, SECOND, Surfer


class Moving(MemoryRequests):
    """Requests that something else moves just before a write, as often as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.before_save: Callable[[], None] | None = None
        self.times = 0

    def save(self, stored: Stored, step: Step) -> Stored:
        """Let the other one go first, then try."""
        if self.before_save is not None and self.times > 0:
            self.times -= 1
            act, self.before_save = self.before_save, None
            act()
            self.before_save = act
        return super().save(stored, step)


def trouble(requests: MemoryRequests, request: Request) -> None:
    """Report a problem: the smallest move there is."""
    stored = requests.get(request.id)
    error = BrokenError("Something.")
    requests.save(
        stored, report_problem(stored.request, error, actor=SWEEP, now=request.created_at)
    )


def test_whoever_asked_takes_it_back_and_everyone_is_told() -> None:
    surfer = Surfer()
    request = surfer.pending()
    surfer.stage.hints.take()

    after = cancel(surfer.stage.world, request.id, Wish(person=REQUESTER, reason="Later."))

    assert (after.state, after.revision) == (State.CANCELLED, 4)
    fact = surfer.stage.requests.facts(request.id)[-1]
    assert (fact.type, fact.actor.oid, fact.data) == (
        "request.cancelled",
        REQUESTER.oid,
        {"reason": "Later."},
    )
    assert [hint.queue for hint in surfer.stage.hints.take()] == [Queue.DELIVERIES]


@pytest.mark.parametrize("person", [READER, APPROVER, SECOND])
def test_others_may_not(person: object) -> None:
    surfer = Surfer()
    request = surfer.pending()

    with pytest.raises(ForbiddenError, match="Only whoever asked"):
        cancel(surfer.stage.world, request.id, Wish(person=person))  # type: ignore[arg-type]  # pytest's parameters are objects

    assert surfer.state(request) == "pending"


def test_an_operator_may_and_may_give_up_what_failed() -> None:
    surfer = Surfer()

    after = cancel(surfer.stage.world, surfer.failed().id, Wish(person=OPERATOR))

    assert after.state is State.CANCELLED


def test_what_is_approved_is_not_taken_back() -> None:
    surfer = Surfer()

    with pytest.raises(ConflictError, match="cannot be cancelled"):
        cancel(surfer.stage.world, surfer.approved().id, Wish(person=OPERATOR))


def test_an_unknown_request_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        cancel(Stage().world, "a" * 26, Wish(person=OPERATOR))


@pytest.mark.parametrize("revision", [None, 3])
def test_the_same_wish_again_is_answered_with_what_there_is(revision: int | None) -> None:
    surfer = Surfer()
    request = surfer.pending()
    wish = Wish(person=REQUESTER, reason="Later.", revision=revision)
    first = cancel(surfer.stage.world, request.id, wish)

    second = cancel(surfer.stage.world, request.id, wish)

    assert second == first
    assert len(surfer.stage.requests.facts(request.id)) == 4


@pytest.mark.parametrize(
    "other",
    [Wish(person=REQUESTER, reason="Another reason."), Wish(person=OPERATOR, reason="Later.")],
)
def test_another_wish_for_what_is_cancelled_is_a_conflict(other: Wish) -> None:
    surfer = Surfer()
    request = surfer.pending()
    cancel(surfer.stage.world, request.id, Wish(person=REQUESTER, reason="Later."))

    with pytest.raises(ConflictError):
        cancel(surfer.stage.world, request.id, other)


def test_a_wish_about_another_revision_is_stale() -> None:
    surfer = Surfer()
    request = surfer.pending()

    with pytest.raises(StaleError, match="you saw revision 2"):
        cancel(surfer.stage.world, request.id, Wish(person=REQUESTER, revision=2))


def test_a_wish_about_another_revision_is_stale_even_when_it_was_granted() -> None:
    surfer = Surfer()
    request = surfer.pending()
    cancel(surfer.stage.world, request.id, Wish(person=REQUESTER, revision=3))

    with pytest.raises(StaleError):
        cancel(surfer.stage.world, request.id, Wish(person=REQUESTER, revision=2))


def test_a_wish_for_any_revision_is_tried_again_when_the_request_moves() -> None:
    requests = Moving()
    surfer = Surfer(Stage(requests=requests))
    request = surfer.pending()
    requests.before_save, requests.times = lambda: trouble(requests, request), 2

    after = cancel(surfer.stage.world, request.id, Wish(person=REQUESTER))

    assert (after.state, after.revision) == (State.CANCELLED, 6)


def test_a_request_that_never_stands_still_is_given_up() -> None:
    requests = Moving()
    surfer = Surfer(Stage(requests=requests))
    request = surfer.pending()
    requests.before_save, requests.times = lambda: trouble(requests, request), 99

    with pytest.raises(StaleError):
        cancel(surfer.stage.world, request.id, Wish(person=REQUESTER))


def test_a_wish_about_one_revision_is_not_tried_on_another() -> None:
    requests = Moving()
    surfer = Surfer(Stage(requests=requests))
    request = surfer.pending()
    requests.before_save, requests.times = lambda: trouble(requests, request), 1

    with pytest.raises(StaleError):
        cancel(surfer.stage.world, request.id, Wish(person=REQUESTER, revision=3))

    assert surfer.state(request) == "pending"


def test_a_decision_in_the_same_moment_wins_or_loses_but_never_both() -> None:
    requests = Moving()
    surfer = Surfer(Stage(requests=requests))
    request = surfer.pending()
    requests.before_save = lambda: _decide(surfer, request)
    requests.times = 1

    after = cancel(surfer.stage.world, request.id, Wish(person=REQUESTER))

    kinds = [fact.type for fact in requests.facts(request.id)]
    assert kinds[-2:] == ["decision.recorded", "request.cancelled"]
    assert after.state is State.CANCELLED


def _decide(surfer: Surfer, request: Request) -> None:
    decide(surfer.stage.world, request.id, ballot(request, APPROVER))
