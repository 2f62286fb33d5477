"""Carrying out an order: the version is archived, the one in use marked, what brought it told; once, whole, or void."""

import msgspec
import pytest

from promotion.adapters.memory import MemoryRegistries
from promotion.domain.actors import PROMOTION
from promotion.domain.errors import ConflictError, ForbiddenError, RetryableError, StaleError
from promotion.domain.facts import FactType
from promotion.domain.lifecycle import carry_out as carry_out_step
from promotion.domain.lifecycle import force
from promotion.domain.orders import Verb
from promotion.domain.request import Request, State
from promotion.domain.versions import current
from promotion.ports import Query, Queue
from promotion.usecases import bypass, sweep
from promotion.usecases.lineage import lineage
from promotion.usecases.promote import promote
from promotion.usecases.retry import retry
from promotion.usecases.verify_audit import Verification
from promotion.usecases.views import view
from promotion.usecases.wish import Wish
from tests.building import FILES, NOW, Stage, description, pending
from tests.ordering import (
    OPERATOR,
    agreed,
    asked,
    carried_out,
    forced,
    furnished,
    target,
    there,
)
from tests.trails import export, later, promoted, public


def record(on: Stage, version: str = "2") -> Request:
    """Return the request that brought a version."""
    (found,) = [
        each
        for each in on.requests.page(Query(version=version), limit=50).items
        if each.order is None
    ]
    return found


def test_a_withdrawn_version_is_archived_and_its_predecessor_is_the_current_one() -> None:
    on = furnished()

    done = carried_out(on)

    assert (done.state, there(on).archived) == (State.DONE, True)
    in_use = current(on.registries.versions(target()))
    assert in_use is not None
    assert in_use.version == "1"
    assert there(on).tags["promotion.withdrawn"] == done.id
    assert there(on, "1").tags["promotion.reinstated"] == done.id


def test_subscribers_learn_which_version_is_in_use_now() -> None:
    on = furnished()

    done = carried_out(on)

    fact = on.requests.facts(done.id)[-1]
    assert (fact.type, fact.target) == ("model.withdrawn", target().id)
    assert (fact.data["current"], fact.data["reason"]) == ("1", "It drifts.")
    assert on.hints.take()[-1].queue is Queue.DELIVERIES


def test_the_request_that_brought_it_says_what_became_of_it() -> None:
    on = furnished()

    done = carried_out(on)

    found = record(on)
    fact = on.requests.facts(found.id)[-1]
    assert (found.state, fact.type) == (State.WITHDRAWN, FactType.PROMOTION_WITHDRAWN)
    assert fact.data == {"order": done.id, "verb": "withdraw", "reason": "It drifts."}


def test_a_restored_version_is_in_use_again_and_says_so_no_more() -> None:
    on = furnished()
    carried_out(on)

    done = carried_out(on, Verb.RESTORE)

    assert (done.state, there(on).archived) == (State.DONE, False)
    assert "promotion.withdrawn" not in there(on).tags
    assert record(on).state is State.PROMOTED
    assert on.requests.facts(done.id)[-1].type == "model.restored"


def test_the_files_stay_as_they_were() -> None:
    on = furnished()

    carried_out(on)
    carried_out(on, Verb.RESTORE)

    assert on.registries.content(target()) == FILES


def test_carrying_out_again_changes_nothing() -> None:
    on = furnished()
    done = carried_out(on)

    assert promote(on.world, done.id) == done


def test_nothing_is_carried_out_before_everybody_agreed() -> None:
    on = furnished()
    request = asked(on)

    assert promote(on.world, request.id).state is State.PENDING
    assert not there(on).archived


def test_an_emergency_leads_to_the_same_end_and_stays_visible() -> None:
    on = furnished()

    done = promote(on.world, forced(on).id)

    fact = on.requests.facts(done.id)[-1]
    assert (done.state, fact.data["emergency"]) == (State.DONE, True)
    assert fact.data["ordered_by"]["name"] == "operator"


def test_a_decision_is_void_when_another_version_would_be_in_use_by_now() -> None:
    on = furnished()
    request = agreed(on, asked(on))
    promoted(on, "3")

    void = promote(on.world, request.id)

    assert void.state is State.SUPERSEDED
    assert void.problem is not None
    assert "Version 3 would be in use then, not 1" in void.problem.message
    assert not there(on).archived


def test_an_emergency_holds_whatever_is_in_use_by_now() -> None:
    on = furnished()
    request = forced(on)
    promoted(on, "3")

    done = promote(on.world, request.id)

    assert (done.state, there(on).archived) == (State.DONE, True)
    assert on.requests.facts(done.id)[-1].data["current"] == "3"


def test_a_decision_is_void_when_nothing_tells_any_more_which_version_is_in_use() -> None:
    on = furnished()
    request = agreed(on, asked(on))
    for name in ("a", "b"):
        on.registries.put(description(target(name)), FILES)

    assert promote(on.world, request.id).state is State.SUPERSEDED


def test_a_void_order_starts_no_promotion() -> None:
    on = furnished()
    request = agreed(on, asked(on))
    promoted(on, "3")
    promote(on.world, request.id)
    before = on.requests.page(Query(), limit=100).items

    later(on)
    sweep.sweep(on.world)

    assert on.requests.page(Query(), limit=100).items == before


def test_what_was_archived_by_an_earlier_try_is_recorded_though_the_world_moved_on() -> None:
    on = furnished()
    request = agreed(on, asked(on))
    on.registries.amend(target(), archived=True, tags={})
    promoted(on, "3")

    assert promote(on.world, request.id).state is State.DONE


def test_a_version_that_was_deleted_cannot_be_withdrawn() -> None:
    on = furnished()
    request = agreed(on, asked(on))
    on.registries.delete(target())

    failed = promote(on.world, request.id)

    assert failed.state is State.FAILED
    assert failed.problem is not None
    assert "not there any more" in failed.problem.message


class Reluctant(MemoryRegistries):
    """A registry that refuses changes while it is told to."""

    trouble: Exception | None = None

    def amend(self, *args: object, **kwargs: object) -> None:
        """Refuse, or pass on."""
        if self.trouble is not None:
            raise self.trouble
        super().amend(*args, **kwargs)  # type: ignore[arg-type] # as it was called


def reluctant() -> tuple[Stage, Reluctant, Request]:
    """Return a world with an order that everybody agreed to, and its registry."""
    on = furnished()
    registries = Reluctant(
        _versions=on.registries._versions,
    )
    on.registries = registries
    return on, registries, agreed(on, asked(on))


def test_what_was_brought_back_by_hand_is_withdrawn_again() -> None:
    on = furnished()
    carried_out(on)
    on.registries.amend(target(), archived=False, tags={})

    again = carried_out(on)

    kinds = [fact.type for fact in on.requests.facts(record(on).id)]
    assert (again.attempt, again.state, there(on).archived) == (2, State.DONE, True)
    assert kinds.count("promotion.withdrawn") == 1


def test_a_registry_that_refuses_fails_the_order_and_an_operator_tries_again() -> None:
    on, registries, request = reluctant()
    registries.trouble = ForbiddenError("The app may not.", "Assign the role.")

    failed = promote(on.world, request.id)
    registries.trouble = None
    retry(on.world, request.id, Wish(person=OPERATOR, reason="Assigned."))

    assert failed.state is State.FAILED
    assert promote(on.world, request.id).state is State.DONE
    assert there(on).archived


def test_a_registry_that_is_busy_is_asked_later() -> None:
    on, registries, request = reluctant()
    registries.trouble = RetryableError("Busy.")

    with pytest.raises(RetryableError):
        promote(on.world, request.id)
    assert "Busy." in on.requests.progress(request.id).trouble
    registries.trouble = None

    assert promote(on.world, request.id).state is State.DONE


def test_a_withdrawal_by_decision_by_force_and_a_restoration_can_be_proven_offline() -> None:
    on = furnished()
    carried_out(on)
    carried_out(on, Verb.RESTORE)
    asked(on)
    promote(on.world, forced(on).id)

    assert list(Verification(verifier=public(on)).run(export(on))) == []


def test_an_order_vouches_for_no_version() -> None:
    on = furnished("1")
    policy = on.policy.policy
    on.registries.put(description(target("9")), FILES)
    done = carried_out(on, version="9")

    first = bypass.judge(on.world, policy, there(on, "9"))

    assert done.state is State.DONE
    assert first is bypass.Verdict.REPORTED


def test_a_withdrawn_bypass_is_known_and_comes_back_acknowledged() -> None:
    on = furnished("1")
    policy = on.policy.policy
    on.registries.put(description(target("9")), FILES)
    bypass.judge(on.world, policy, there(on, "9"))

    carried_out(on, version="9")
    withdrawn = record(on, "9")
    again = bypass.judge(on.world, policy, there(on, "9"))
    carried_out(on, Verb.RESTORE, "9")

    assert withdrawn.state is State.WITHDRAWN
    assert again is bypass.Verdict.APPROVED
    assert record(on, "9").state is State.ACKNOWLEDGED
    edges = {(edge.source, edge.target) for edge in lineage(on.world, target("9")).edges}
    assert (target("9").id, target("9").id) not in edges


def test_only_an_order_is_forced_or_carried_out() -> None:
    request = pending()
    approved = msgspec.structs.replace(request, state=State.APPROVED)

    with pytest.raises(ConflictError, match="no order"):
        force(request, person=OPERATOR, reason="Now.", now=NOW)
    with pytest.raises(ConflictError, match="no order"):
        carry_out_step(approved, in_use="", actor=PROMOTION, now=NOW)


def test_a_restoration_is_not_forced() -> None:
    on = furnished()
    carried_out(on)
    request = asked(on, Verb.RESTORE)

    with pytest.raises(ConflictError, match="takes those who decide"):
        force(request, person=OPERATOR, reason="Now.", now=NOW)


def test_another_worker_that_was_faster_is_no_failure() -> None:
    on = furnished()
    request = agreed(on, asked(on))
    stored = on.requests.get(request.id)
    promote(on.world, request.id)

    with pytest.raises(StaleError):
        on.requests.save(
            stored, carry_out_step(stored.request, in_use="1", actor=PROMOTION, now=NOW)
        )
    assert view(on.world, stored.request).progress.files == 0
