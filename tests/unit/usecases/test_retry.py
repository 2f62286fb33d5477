"""Having a failed promotion tried again: who may, when, and once."""

import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain.actors import PROMOTION, Person
from promotion.domain.errors import (
    BrokenError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    StaleError,
)
from promotion.domain.lifecycle import Step, fail, start_copy
from promotion.domain.request import Request, State
from promotion.ports import Queue, Stored
from promotion.usecases.promote import promote
from promotion.usecases.retry import retry
from promotion.usecases.wish import Wish
from tests.building import NOW, Stage
from tests.surfing import APPROVER, OPERATOR, READER, REQUESTER, Surfer, somebody

OTHER = somebody("Operating too", "Promotion.Operator")


def test_an_operator_sends_it_to_its_copy_again() -> None:
    surfer = Surfer()
    request = surfer.failed()
    surfer.stage.hints.take()

    after = retry(surfer.stage.world, request.id, Wish(person=OPERATOR, reason="Corrected."))

    assert (after.state, after.problem) == (State.APPROVED, None)
    assert [hint.queue for hint in surfer.stage.hints.take()] == [
        Queue.PROMOTIONS,
        Queue.DELIVERIES,
    ]
    assert promote(surfer.stage.world, request.id).state is State.PROMOTED


@pytest.mark.parametrize("person", [READER, APPROVER, REQUESTER])
def test_others_may_not(person: Person) -> None:
    surfer = Surfer()
    request = surfer.failed()

    with pytest.raises(ForbiddenError, match="takes a role that you do not hold"):
        retry(surfer.stage.world, request.id, Wish(person=person))

    assert surfer.state(request) == "failed"


def test_only_what_failed_is_tried_again() -> None:
    surfer = Surfer()

    with pytest.raises(ConflictError, match="cannot be tried again"):
        retry(surfer.stage.world, surfer.approved().id, Wish(person=OPERATOR))


def test_an_unknown_request_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        retry(Stage().world, "a" * 26, Wish(person=OPERATOR))


def test_a_wish_about_another_revision_is_stale() -> None:
    surfer = Surfer()

    with pytest.raises(StaleError):
        retry(surfer.stage.world, surfer.failed().id, Wish(person=OPERATOR, revision=7))


@pytest.mark.parametrize("revision", [None, 8])
@pytest.mark.parametrize("copied", [False, True])
def test_the_same_wish_again_is_answered_with_what_there_is(
    *, copied: bool, revision: int | None
) -> None:
    surfer = Surfer()
    request = surfer.failed()
    wish = Wish(person=OPERATOR, reason="Corrected.", revision=revision)
    retry(surfer.stage.world, request.id, wish)
    if copied:
        promote(surfer.stage.world, request.id)

    again = retry(surfer.stage.world, request.id, wish)

    assert again.state is (State.PROMOTED if copied else State.APPROVED)
    kinds = [fact.type for fact in surfer.stage.requests.facts(request.id)]
    assert kinds.count("promotion.retried") == 1


def test_a_wish_is_a_new_one_once_it_failed_again() -> None:
    surfer = Surfer()
    request = surfer.failed()
    wish = Wish(person=OPERATOR, reason="Again.")
    retry(surfer.stage.world, request.id, wish)
    _fail(surfer, request)

    after = retry(surfer.stage.world, request.id, wish)

    assert after.state is State.APPROVED
    kinds = [fact.type for fact in surfer.stage.requests.facts(request.id)]
    assert kinds.count("promotion.retried") == 2


def test_another_operators_wish_in_between_is_a_conflict() -> None:
    surfer = Surfer()
    request = surfer.failed()
    retry(surfer.stage.world, request.id, Wish(person=OTHER))

    with pytest.raises(ConflictError):
        retry(surfer.stage.world, request.id, Wish(person=OPERATOR))


class Doubling(MemoryRequests):
    """Requests whose write arrives although its answer is lost."""

    lost = False

    def save(self, stored: Stored, step: Step) -> Stored:
        """Write, and tell the writer that somebody else was faster."""
        saved = super().save(stored, step)
        if self.lost:
            raise StaleError("It has changed since it was read.")
        return saved


def test_a_lost_answer_is_found_again() -> None:
    requests = Doubling()
    surfer = Surfer(Stage(requests=requests))
    request = surfer.failed()
    requests.lost = True

    after = retry(surfer.stage.world, request.id, Wish(person=OPERATOR, revision=8))

    assert (after.state, after.revision) == (State.APPROVED, 9)


class Overtaking(MemoryRequests):
    """Requests in which another operator is faster."""

    surfer: Surfer | None = None

    def save(self, stored: Stored, step: Step) -> Stored:
        """Let the other operator go first."""
        if self.surfer is not None:
            surfer, self.surfer = self.surfer, None
            retry(surfer.stage.world, stored.request.id, Wish(person=OTHER))
        return super().save(stored, step)


def test_being_overtaken_by_another_operator_is_told() -> None:
    requests = Overtaking()
    surfer = Surfer(Stage(requests=requests))
    request = surfer.failed()
    requests.surfer = surfer

    with pytest.raises(StaleError):
        retry(surfer.stage.world, request.id, Wish(person=OPERATOR))

    assert surfer.state(request) == "approved"


def _fail(surfer: Surfer, request: Request) -> None:
    stored = surfer.stage.requests.get(request.id)
    started = start_copy(stored.request, actor=PROMOTION, now=NOW)
    stored = surfer.stage.requests.save(stored, started)
    error = BrokenError("Still refused.")
    surfer.stage.requests.save(stored, fail(stored.request, error, actor=PROMOTION, now=NOW))
