"""An order that was not decided by the rules is found out offline, however well its trail is chained."""

from collections.abc import Callable

import msgspec
import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain.facts import GENESIS, Fact, FactType, seal
from promotion.domain.orders import Order, Verb
from promotion.domain.policy import Restoration, Withdrawal
from promotion.domain.replay import Replay
from promotion.domain.request import Request
from promotion.domain.trail import verify
from promotion.ports import Query
from promotion.usecases.promote import promote
from promotion.usecases.verify_audit import Verification
from tests.building import Stage
from tests.ordering import asked, carried_out, forced, furnished, rule
from tests.trails import BOARD, export, public

type Change = Callable[[Fact], Fact]


@pytest.fixture(scope="module")
def trails() -> dict[str, tuple[Fact, ...]]:
    on = furnished("1", "2", "3")
    requests = {
        "withdrawal": carried_out(on),
        "restoration": carried_out(on, Verb.RESTORE),
        "emergency": promote(on.world, forced(on, "3").id),
    }
    return {name: on.requests.facts(each.id) for name, each in requests.items()}


def wrongs(facts: tuple[Fact, ...]) -> list[str]:
    """Return everything that chain and rules have against a trail."""
    replay = Replay()
    return [*verify(facts), *(wrong for fact in facts for wrong in replay.follow(fact))]


def changed(facts: tuple[Fact, ...], kind: str, change: Change) -> tuple[Fact, ...]:
    """Return the trail with one fact changed and everything chained anew."""
    previous, found = GENESIS, []
    for fact in facts:
        told = change(fact) if fact.type == kind else fact
        found.append(seal(msgspec.structs.replace(told, previous_hash=previous)))
        previous = found[-1].hash
    return tuple(found)


def with_data(**data: object) -> Change:
    return lambda fact: msgspec.structs.replace(fact, data={**fact.data, **data})


def with_order(**fields: object) -> Change:
    return lambda fact: with_data(order={**fact.data["order"], **fields})(fact)


def with_fields(**fields: object) -> Change:
    return lambda fact: msgspec.structs.replace(fact, **fields)


def by_the_app(fact: Fact) -> Fact:
    return msgspec.structs.replace(fact, actor=msgspec.structs.replace(fact.actor, kind="system"))


def without_asking(fact: Fact) -> Fact:
    return msgspec.structs.replace(fact, type="retirement.ordered", after="approved")


LIES: dict[str, tuple[str, str, Change, str]] = {
    "another version": (
        "withdrawal",
        "withdrawal.requested",
        with_order(asset="azureml://registries/r/models/m/versions/9"),
        "its order about",
    ),
    "another successor": (
        "withdrawal",
        "withdrawal.requested",
        with_order(successor="9"),
        "its order is",
    ),
    "another verb": (
        "withdrawal",
        "withdrawal.requested",
        with_order(verb="restore"),
        "make order",
    ),
    "no order": ("withdrawal", "withdrawal.requested", with_data(order=None), "lacks"),
    "another digest": (
        "emergency",
        "model.withdrawn",
        with_fields(digest="sha256:00"),
        "something else than was ordered",
    ),
    "no operator": (
        "emergency",
        "withdrawal.forced",
        with_data(roles=["Reader"]),
        "no withdrawal by",
    ),
    "no person": ("emergency", "withdrawal.forced", by_the_app, "no withdrawal by an operator"),
    "no reason": ("emergency", "withdrawal.forced", with_data(reason=""), "no withdrawal by"),
    "nobody asked": ("withdrawal", "withdrawal.requested", without_asking, "nobody asked"),
    "carried out unasked": (
        "restoration",
        "request.approved",
        with_fields(type="problem.reported", after="approved"),
        "without an approval",
    ),
    "a promotion": (
        "withdrawal",
        "model.withdrawn",
        with_fields(after="promoting"),
        "which its request cannot be",
    ),
    "a promotion without a beginning": (
        "emergency",
        "withdrawal.forced",
        with_fields(type="request.opened"),
        "which no request does",
    ),
}


@pytest.mark.parametrize("name", ["withdrawal", "restoration", "emergency"])
def test_an_honest_order_is_believed(trails: dict[str, tuple[Fact, ...]], name: str) -> None:
    assert wrongs(trails[name]) == []
    assert wrongs(changed(trails[name], "", lambda fact: fact)) == []


@pytest.mark.parametrize("lie", LIES)
def test_a_well_chained_lie_about_an_order_is_found(
    trails: dict[str, tuple[Fact, ...]], lie: str
) -> None:
    name, kind, change, said = LIES[lie]

    found = wrongs(changed(trails[name], kind, change))

    assert any(said in wrong for wrong in found), found


def test_a_promotion_is_never_done_as_an_order_is() -> None:
    on = furnished("1")
    (promotion,) = on.requests.page(Query(), limit=9).items
    facts = on.requests.facts(promotion.id)

    forged = changed(facts, "model.promoted", with_fields(after="done"))

    assert any("which its request cannot be" in wrong for wrong in wrongs(forged))


@pytest.mark.parametrize(
    ("verb", "rules"),
    [
        (Verb.WITHDRAW, {"withdrawal": Withdrawal(stages=BOARD[1:])}),
        (Verb.RESTORE, {"restoration": Restoration(stages=BOARD[1:])}),
    ],
)
def test_who_was_asked_is_held_against_the_registrys_own_rule(
    verb: Verb, rules: dict[str, object]
) -> None:
    on = furnished()
    if verb is Verb.RESTORE:
        carried_out(on)
    honest = asked_under(on, verb, rules)

    assert honest.stages == BOARD[1:]
    assert list(Verification(verifier=public(on)).run(export(on))) == []

    # The same question, put to others than the rule names.
    stored = on.requests.get(honest.id)
    fact = on.requests.facts(honest.id)[0]
    told = [msgspec.to_builtins(stage) for stage in BOARD[:1]]
    forged = seal(with_data(stages=told)(fact))
    assert isinstance(on.requests, MemoryRequests)
    on.requests._rows[stored.request.id].facts[0] = forged

    found = [wrong.what for wrong in Verification(verifier=public(on)).run(export(on))]
    assert any("asks other people than the policy" in each for each in found)


def asked_under(on: Stage, verb: Verb, rules: dict[str, object]) -> Request:
    rule(on, **rules)
    return asked(on, verb)


def test_how_an_order_came_to_be_is_no_part_of_its_digest() -> None:
    order = Order(verb=Verb.WITHDRAW, asset="a", current="2", successor="1")

    assert order.digest == msgspec.structs.replace(order, emergency=True).digest
    assert order.digest != msgspec.structs.replace(order, successor="").digest
    assert {each for each in FactType if each.endswith(".forced")} == {FactType.WITHDRAWAL_FORCED}
