"""Retention: what is old is planned, then archived by an order; never what is in use, held, or asked about."""

import datetime as dt

import msgspec
import pytest

from promotion.domain.actors import RECONCILE
from promotion.domain.approvals import Verdict
from promotion.domain.errors import InvalidError
from promotion.domain.orders import Verb
from promotion.domain.policy import Retention
from promotion.domain.request import State
from promotion.domain.results import TargetVersion
from promotion.domain.retention import outdated
from promotion.ports import Query
from promotion.usecases import retain
from promotion.usecases.decide import decide
from promotion.usecases.promote import promote
from promotion.usecases.reconcile import reconcile
from promotion.usecases.verify_audit import Verification
from tests.building import FILES, NOW, Stage, ballot, description
from tests.ordering import agreed, asked, carried_out, furnished, rule, target, there
from tests.trails import PEOPLE, export, public

DAY = dt.timedelta(days=1)
FIVE = ("1", "2", "3", "4", "5")


def versions(*numbers: str, **changes: object) -> tuple[TargetVersion, ...]:
    """Return versions, each a day younger than the one before, the last created now."""
    made = [
        TargetVersion(version=number, created_at=NOW - (len(numbers) - 1 - place) * DAY)
        for place, number in enumerate(numbers)
    ]
    return tuple(
        msgspec.structs.replace(each, **changes) if each.version == "1" else each for each in made
    )


def kept(on: Stage) -> list[str]:
    """Return the versions that are not archived."""
    return [each for each in FIVE if not there(on, each).archived]


def planned(on: Stage) -> list[str]:
    """Return the versions that would be archived."""
    return [each.asset.version for each in retain.plan(on.world).items]


def applied(on: Stage) -> list[State]:
    """Apply what is planned and carry it out; return where the orders end."""
    orders = retain.apply(on.world, retain.plan(on.world), RECONCILE, "Retention.")
    return [promote(on.world, each.id).state for each in orders]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"keep_last": 3}, ["2", "1"]),
        ({"keep_last": 1}, ["4", "3", "2", "1"]),
        ({"keep_last": 9}, []),
        ({"archive_after": 2 * DAY}, ["3", "2", "1"]),
        ({"archive_after": 9 * DAY}, []),
        ({"archive_after": dt.timedelta(0)}, ["4", "3", "2", "1"]),
        ({"keep_last": 2, "archive_after": 3 * DAY}, ["2", "1"]),
    ],
)
def test_a_version_must_be_beyond_every_bound_there_is(
    settings: dict[str, object], expected: list[str]
) -> None:
    found = outdated(Retention(**settings), versions(*FIVE), NOW)  # type: ignore[arg-type] # fields of Retention

    assert [each.version for each in found] == expected


@pytest.mark.parametrize(
    "changes", [{"tags": {"legal-hold": ""}}, {"archived": True}, {"created_at": None}]
)
def test_held_archived_and_ageless_versions_stay(changes: dict[str, object]) -> None:
    rule_ = Retention(keep_last=1, archive_after=DAY)

    found = outdated(rule_, versions("1", "2", "3", **changes), NOW)

    assert "1" not in {each.version for each in found}


def test_the_policy_names_the_tag_that_holds() -> None:
    rule_ = Retention(keep_last=1, hold_tag="keep")

    found = outdated(rule_, versions("1", "2", tags={"legal-hold": "yes"}), NOW)

    assert [each.version for each in found] == ["1"]


def test_a_plan_changes_nothing() -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=2))
    before = on.requests.page(Query(), limit=100).items

    assert planned(on) == ["3", "2", "1"]
    assert on.requests.page(Query(), limit=100).items == before
    assert kept(on) == list(FIVE)


def test_what_is_applied_is_archived_and_recorded_version_by_version() -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=2))

    states = applied(on)

    assert states == [State.DONE] * 3
    assert kept(on) == ["4", "5"]
    orders = [each for each in on.requests.page(Query(), limit=100).items if each.order]
    facts = {each.asset.version: on.requests.facts(each.id) for each in orders}
    assert {version: [fact.type for fact in trail] for version, trail in facts.items()} == {
        version: ["retirement.ordered", "model.retired"] for version in ("1", "2", "3")
    }
    assert list(Verification(verifier=public(on)).run(export(on))) == []


def test_what_brought_a_retired_version_says_so() -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=4))

    applied(on)

    states = {
        each.asset.version: each.state
        for each in on.requests.page(Query(), limit=100).items
        if not each.order
    }
    assert states == dict.fromkeys(FIVE, State.PROMOTED) | {"1": State.WITHDRAWN}


def test_planning_again_finds_nothing_new() -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=2))
    plan = retain.plan(on.world)

    first = retain.apply(on.world, plan, RECONCILE, "Retention.")
    again = retain.apply(on.world, plan, RECONCILE, "Retention.")

    assert [each.id for each in first] == [each.id for each in again]
    assert planned(on) == []


def test_a_version_that_people_are_asked_about_stays() -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=2))
    open_one = asked(on, version="1")

    assert planned(on) == ["3", "2"]
    decide(on.world, open_one.id, ballot(open_one, PEOPLE[0], Verdict.REJECT, comment="No."))
    assert planned(on) == ["3", "2", "1"]


def test_a_version_whose_withdrawal_failed_is_left_to_the_operator() -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=2))
    request = agreed(on, asked(on, version="1"))
    on.registries.delete(target("1"))
    assert promote(on.world, request.id).state is State.FAILED
    on.registries.put(description(target("1")), FILES)

    assert "1" not in planned(on)


def test_what_people_restored_is_not_retired_again() -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=4))
    applied(on)

    carried_out(on, Verb.RESTORE, "1")

    assert planned(on) == []
    assert not there(on, "1").archived


@pytest.mark.parametrize("what", ["held", "in use", "no rule"])
def test_an_order_looks_again_before_it_archives(what: str) -> None:
    on = furnished("1", "2")
    rule(on, retention=Retention(keep_last=1))
    (order,) = retain.apply(on.world, retain.plan(on.world), RECONCILE, "Retention.")
    match what:
        case "held":
            on.registries.amend(target("1"), tags={"legal-hold": "case 7"})
        case "in use":
            on.registries.amend(target("2"), archived=True, tags={})
        case _:
            rule(on)

    void = promote(on.world, order.id)

    assert void.state is State.SUPERSEDED
    assert not there(on, "1").archived


def test_a_void_retirement_is_planned_again_once_its_reason_is_gone() -> None:
    on = furnished("1", "2")
    rule(on, retention=Retention(keep_last=1))
    (order,) = retain.apply(on.world, retain.plan(on.world), RECONCILE, "Retention.")
    on.registries.amend(target("1"), tags={"legal-hold": "case 7"})
    promote(on.world, order.id)
    on.registries.amend(target("1"), tags={"legal-hold": None})

    (again,) = retain.plan(on.world).items

    assert again.attempt == 2
    assert applied(on) == [State.DONE]


@pytest.mark.parametrize("name", ["aardvark", "strange"])
def test_versions_that_nothing_orders_are_told_and_keep_no_other_from_being_planned(
    name: str,
) -> None:
    on = furnished("1", "2")
    rule(on, retention=Retention(keep_last=1))
    for version in ("a", "b"):
        strange = target(version).moved(target().home, name=name)
        on.registries.put(description(strange), FILES)

    plan = retain.plan(on.world)

    assert [each.asset.label for each in plan.items] == ["taxi-fare:1"]
    assert plan.problems[0].startswith(f"prod-mlops-registry/models/{name}: ")


def test_only_the_registry_asked_for_is_planned() -> None:
    on = furnished("1", "2")
    rule(on, retention=Retention(keep_last=1))

    assert retain.plan(on.world, "another").items == ()
    assert len(retain.plan(on.world, "PROD-mlops-registry").items) == 1


@pytest.mark.parametrize(("apply", "retired"), [(True, 3), (False, 0)])
def test_the_timer_applies_it_only_where_the_policy_says_so(*, apply: bool, retired: int) -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=2, apply=apply))

    assert reconcile(on.world).retired == retired


def test_the_timer_applies_it_once_a_day() -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=4, apply=True))
    first = reconcile(on.world).retired
    rule(on, retention=Retention(keep_last=2, apply=True))
    on.clock.move(dt.timedelta(hours=23))
    early = reconcile(on.world).retired
    on.clock.move(dt.timedelta(hours=2))

    assert (first, early, reconcile(on.world).retired) == (1, 0, 2)


@pytest.mark.parametrize("versions_there", [(), (TargetVersion(version="a"),)])
def test_one_version_alone_needs_no_order(versions_there: tuple[TargetVersion, ...]) -> None:
    assert outdated(Retention(keep_last=1), versions_there, NOW) == ()


def test_a_plan_in_pages_is_the_plan() -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=2))
    other = target("1").moved(target().home, name="aardvark")
    for version in ("1", "2", "3"):
        on.registries.put(description(other.moved(other.home, version=version)), FILES)

    pages, cursor = [], ""
    for _ in range(9):
        page = retain.plan(on.world, cursor=cursor, limit=2)
        pages.append([each.asset.label for each in page.items])
        cursor = page.next_cursor
        if not cursor:
            break

    assert pages == [["aardvark:1", "taxi-fare:3"], ["taxi-fare:2", "taxi-fare:1"], []]


def test_what_is_archived_between_two_pages_shifts_none() -> None:
    on = furnished(*FIVE)
    rule(on, retention=Retention(keep_last=1))
    first = retain.plan(on.world, limit=2)
    retain.apply(on.world, first, RECONCILE, "Retention.")

    second = retain.plan(on.world, cursor=first.next_cursor, limit=2)

    assert [each.asset.version for each in second.items] == ["2", "1"]


@pytest.mark.parametrize("cursor", ["2", "azureml://registries/prod-mlops-registry/models/x"])
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidError, match="not one of this list"):
        retain.plan(furnished("1", "2").world, cursor=cursor)
