"""Ordering that a version is withdrawn or restored: who may, what it takes, what is refused, what is asked once."""

import msgspec
import pytest

from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetKind, Workspace
from promotion.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    StaleError,
)
from promotion.domain.facts import FactType
from promotion.domain.orders import Verb
from promotion.domain.policy import Restoration, StageSpec, Withdrawal
from promotion.domain.request import State
from promotion.ports import Queue
from promotion.usecases.cancel import cancel
from promotion.usecases.decide import decide
from promotion.usecases.roll_back import roll_back
from promotion.usecases.wish import Wish
from tests.building import FILES, PROD, ballot, description, model, person
from tests.ordering import (
    OPERATOR,
    REQUESTER,
    agreed,
    asked,
    carried_out,
    forced,
    furnished,
    plea,
    rule,
    target,
    there,
)
from tests.trails import BOARD, PEOPLE

DUTY = StageSpec(name="duty", roles=("Promotion.Approver.Duty",))


def test_a_withdrawal_asks_those_who_let_the_version_in() -> None:
    on = furnished()

    request = asked(on)

    assert (request.state, request.stages) == (State.PENDING, BOARD)
    assert request.order is not None
    assert (request.order.current, request.order.successor) == ("2", "1")
    assert request.digest == request.order.digest
    assert [hint.queue for hint in on.hints.take()] == [Queue.DELIVERIES]
    assert not there(on).archived


def test_a_registry_has_rules_of_its_own_for_both_directions() -> None:
    on = furnished()
    rule(on, withdrawal=Withdrawal(stages=(DUTY,)), restoration=Restoration(stages=BOARD[1:]))

    withdrawal = asked(on)
    agreed(on, withdrawal, (person("on duty", "Promotion.Approver.Duty"),))
    carried_out(on)
    restoration = asked(on, Verb.RESTORE)

    assert withdrawal.stages == (DUTY,)
    assert restoration.stages == BOARD[1:]


def test_whoever_asks_does_not_decide() -> None:
    on = furnished()
    asking = person("approver", "Promotion.Approver", "Promotion.Requester")
    request = asked(on, person=asking)

    with pytest.raises(ForbiddenError, match="made or requested"):
        decide(on.world, request.id, ballot(request, asking))


def test_whoever_made_the_version_does_not_decide_on_it() -> None:
    on = furnished()
    request = asked(on, person=OPERATOR)
    author = person("Author", "Promotion.Approver")

    with pytest.raises(ForbiddenError, match="made or requested"):
        decide(on.world, request.id, ballot(request, author))


def test_asking_again_finds_the_order_there_is() -> None:
    on = furnished()
    first = asked(on)

    again = roll_back(on.world, plea(person=OPERATOR, reason="Another one."))

    assert (again.request, again.created) == (first, False)


def test_what_was_withdrawn_is_not_withdrawn_again() -> None:
    on = furnished()
    done = carried_out(on)

    assert roll_back(on.world, plea()).request == done
    assert done.state is State.DONE


@pytest.mark.parametrize("verdict", [Verdict.REJECT, None])
def test_after_a_no_asking_again_is_a_new_attempt(verdict: Verdict | None) -> None:
    on = furnished()
    first = asked(on)
    if verdict:
        decide(on.world, first.id, ballot(first, PEOPLE[0], verdict, comment="No."))
    else:
        cancel(on.world, first.id, Wish(person=REQUESTER))

    second = asked(on)

    assert (second.attempt, second.state) == (2, State.PENDING)
    assert second.id != first.id


def test_a_version_can_be_withdrawn_restored_and_withdrawn() -> None:
    on = furnished()
    carried_out(on)
    carried_out(on, Verb.RESTORE)

    again = carried_out(on)

    assert (again.attempt, again.state) == (2, State.DONE)
    assert there(on).archived


def test_leaving_nothing_in_use_must_be_said() -> None:
    on = furnished("1")

    with pytest.raises(ConflictError, match="No version of taxi-fare would be in use") as caught:
        asked(on, version="1")
    said = asked(on, version="1", leave_none=True)

    assert "leave_none" in caught.value.remedy
    assert said.order is not None
    assert said.order.successor == ""


def test_another_version_in_use_then_than_was_meant_is_refused() -> None:
    on = furnished("1", "2", "3")

    with pytest.raises(ConflictError, match="Version 2 would be in use then, not 1"):
        asked(on, version="3", to="1")

    assert asked(on, version="3", to="2").state is State.PENDING


def test_an_old_version_can_be_withdrawn_without_changing_which_is_in_use() -> None:
    on = furnished()

    request = asked(on, version="1")

    assert request.order is not None
    assert request.order.current == request.order.successor == "2"


@pytest.mark.parametrize(
    ("verb", "word"), [(Verb.WITHDRAW, "is archived"), (Verb.RESTORE, "not archived")]
)
def test_what_is_so_already_is_refused(verb: Verb, word: str) -> None:
    on = furnished()
    on.registries.amend(target(), archived=verb is Verb.WITHDRAW, tags={})

    with pytest.raises(ConflictError, match=word):
        asked(on, verb)


def test_versions_that_nothing_orders_are_refused() -> None:
    on = furnished()
    for name in ("a", "b"):
        on.registries.put(description(target(name)), FILES)

    with pytest.raises(ConflictError, match="Which version would be in use cannot be told"):
        asked(on)


def test_a_version_that_no_request_brought_can_be_withdrawn() -> None:
    on = furnished("1")
    on.registries.put(description(target("9")), FILES)

    request = carried_out(on, version="9")

    assert (request.state, request.route) == (State.DONE, "dev-to-prod")
    assert there(on, "9").archived


def test_a_version_where_no_route_leads_is_nobodys_business() -> None:
    on = furnished()
    on.registries.put(description(model(version="7")), FILES)

    with pytest.raises(InvalidError, match="No route of the policy leads to dev-mlops-registry"):
        roll_back(on.world, msgspec.structs.replace(plea(), asset=model(version="7")))


def test_a_version_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        asked(furnished(), version="99")


@pytest.mark.parametrize("emergency", [True, False])
def test_approvers_and_readers_do_not_ask(*, emergency: bool) -> None:
    with pytest.raises(ForbiddenError):
        asked(furnished(), person=PEOPLE[0], emergency=emergency)


def test_a_requester_has_no_emergency() -> None:
    with pytest.raises(ForbiddenError):
        asked(furnished(), emergency=True)


@pytest.mark.parametrize("reason", ["", "\u200b\u2060"])
@pytest.mark.parametrize("emergency", [True, False])
def test_a_reason_is_needed(reason: str, *, emergency: bool) -> None:
    with pytest.raises(InvalidError, match="A reason is needed"):
        asked(furnished(), person=OPERATOR, emergency=emergency, reason=reason)


def test_an_emergency_asks_nobody_and_is_carried_out_at_once() -> None:
    on = furnished()

    request = forced(on)

    assert (request.state, request.stages) == (State.APPROVED, BOARD)
    assert [hint.queue for hint in on.hints.take()] == [Queue.PROMOTIONS, Queue.DELIVERIES]
    (fact,) = on.requests.facts(request.id)
    assert (fact.type, fact.actor.name) == (FactType.WITHDRAWAL_FORCED, "operator")
    assert fact.data["roles"] == ["Promotion.Operator"]


def test_an_emergency_does_not_wait_for_those_who_were_asked() -> None:
    on = furnished()
    first = asked(on)

    request = forced(on, reason="It burns.")

    assert (request.id, request.state, request.reason) == (first.id, State.APPROVED, "It burns.")
    assert request.order is not None
    assert request.order.emergency
    assert request.digest == first.digest


def test_there_is_no_emergency_in_which_to_restore() -> None:
    on = furnished()
    carried_out(on)

    with pytest.raises(InvalidError, match="no emergency in which to restore"):
        asked(on, Verb.RESTORE, person=OPERATOR, emergency=True)


@pytest.mark.parametrize("asked_before", [True, False])
def test_a_policy_may_know_no_emergency(*, asked_before: bool) -> None:
    on = furnished()
    rule(on, withdrawal=Withdrawal(emergency=False))
    if asked_before:
        asked(on)

    with pytest.raises(ForbiddenError, match=f"no emergency for {PROD.name}"):
        forced(on)


def test_a_stale_approval_of_an_order_is_refused() -> None:
    on = furnished()
    request = asked(on)
    other = msgspec.structs.replace(ballot(request, PEOPLE[0]), digest="sha256:" + "00" * 32)

    with pytest.raises(StaleError, match="digest"):
        decide(on.world, request.id, other)


@pytest.mark.parametrize("kind", [AssetKind.MIGRATIONS, AssetKind.DATA])
def test_what_no_route_brings_is_refused_before_anything_is_asked(kind: AssetKind) -> None:
    other = msgspec.structs.replace(target(), kind=kind)

    with pytest.raises(InvalidError, match=f"with {kind}"):
        roll_back(furnished().world, msgspec.structs.replace(plea(), asset=other))


def test_a_workspace_of_the_registrys_name_is_another_place() -> None:
    workspace = target().moved(Workspace("s", "g", PROD.name))

    with pytest.raises(InvalidError, match="No route of the policy leads to"):
        roll_back(furnished().world, msgspec.structs.replace(plea(), asset=workspace))
