"""An approval carried out: on what was approved, as it was approved, and on nothing else."""

import msgspec

from promotion.adapters.memory import FixedPolicy
from promotion.domain import lifecycle
from promotion.domain.actors import EVENT_GRID, SWEEP
from promotion.domain.approvals import Verdict, authors
from promotion.domain.errors import (
    BrokenError,
    NotFoundError,
    StaleError,
)
from promotion.domain.lifecycle import Opening, Step
from promotion.domain.request import State
from promotion.ports import Query, Stored
from promotion.usecases import open_request
from promotion.usecases.retry import retry
from promotion.usecases.wish import Wish
from tests.building import FILES, ROUTE, Stage, description, model, policy
from tests.migrating import (
    APPROVER,
    BOARD,
    OPERATOR,
    SECOND,
    arrived,
    asked,
    now,
    registered,
    vote,
    work,
)


def test_a_version_that_changed_after_the_approval_stays_and_the_others_arrive() -> None:
    stage = Stage()
    assets = registered(stage, 3)
    migration = asked(stage, assets)
    work(stage)
    stage.registries.put(description(assets[1]), {"MLmodel": b"other"})

    vote(stage, migration.id, APPROVER)
    work(stage)

    ended = now(stage, migration)
    assert ended.state is State.FAILED
    assert ended.problem is not None
    assert "1 of 3 approved versions did not arrive: models/taxi-fare/versions/2" in (
        ended.problem.message
    )
    assert arrived(stage) == {"1", "3"}


def test_a_migration_is_gone_on_with_once_what_failed_was_mended() -> None:
    stage = Stage()
    assets = registered(stage, 2)
    migration = asked(stage, assets)
    work(stage)
    gone = assets[0]
    stage.registries.delete(gone)
    vote(stage, migration.id, APPROVER)
    work(stage)
    failed = now(stage, migration)
    stage.registries.put(description(gone), FILES)
    wish = Wish(person=OPERATOR, reason="It is back.")
    member = next(
        each
        for each in stage.requests.page(Query(batch=migration.id)).items
        if each.state is State.FAILED
    )

    retry(stage.world, member.id, wish)
    work(stage)
    retry(stage.world, migration.id, wish)
    work(stage)

    assert failed.state is State.FAILED
    assert now(stage, migration).state is State.PROMOTED
    assert arrived(stage) == {"1", "2"}


def test_an_approval_that_was_given_half_way_is_not_given_twice() -> None:
    stage = Stage(policy=FixedPolicy(policy(BOARD)))
    migration = asked(stage, registered(stage, 1))
    work(stage)
    version = stage.requests.page(Query(batch=migration.id)).items[0]
    vote(stage, migration.id, APPROVER)
    vote(stage, version.id, APPROVER)

    vote(stage, migration.id, SECOND)
    work(stage)

    decided = now(stage, version).decisions
    assert [each.by.key for each in decided] == [APPROVER.key, SECOND.key]
    assert now(stage, migration).state is State.PROMOTED


def test_a_decision_that_does_not_hold_for_a_version_leaves_it_to_people() -> None:
    stage = Stage()
    migration = asked(stage, registered(stage, 2))
    work(stage)
    version = stage.requests.page(Query(batch=migration.id)).items[0]
    stored = stage.requests.get(version.id)
    theirs = msgspec.structs.replace(stored.request, made_by=authors(people=(APPROVER,)))
    step = lifecycle.report_problem(
        theirs, BrokenError("Seen."), actor=SWEEP, now=stage.clock.now()
    )
    stage.requests.save(stored, step)

    vote(stage, migration.id, APPROVER)
    work(stage)

    ended = now(stage, migration)
    assert ended.state is State.FAILED
    assert now(stage, version).state is State.PENDING
    assert len(arrived(stage)) == 1


def test_a_version_that_moves_at_the_same_moment_is_looked_at_again() -> None:
    stage = Stage()
    migration = asked(stage, registered(stage, 1))
    work(stage)
    version = stage.requests.page(Query(batch=migration.id)).items[0]
    vote(stage, migration.id, APPROVER)
    save = stage.requests.save
    races = iter([True])

    def racing(stored: Stored, step: Step) -> Stored:
        if step.request.id == version.id and next(races, False):
            raise StaleError("Somebody else was faster.")
        return save(stored, step)

    stage.requests.save = racing  # type: ignore[method-assign]  # one lost race
    work(stage)

    assert now(stage, migration).state is State.PROMOTED


def test_a_version_whose_request_is_gone_ends_the_migration_visibly() -> None:
    stage = Stage()
    migration = asked(stage, registered(stage, 1))
    work(stage)
    version = stage.requests.page(Query(batch=migration.id)).items[0]
    vote(stage, migration.id, APPROVER)
    get = stage.requests.get

    def losing(request_id: str) -> Stored:
        if request_id == version.id:
            raise NotFoundError("No such row.")
        return get(request_id)

    stage.requests.get = losing  # type: ignore[method-assign]  # a row that was deleted
    work(stage)

    ended = get(migration.id).request
    assert ended.state is State.FAILED
    assert ended.problem is not None
    assert "its request is gone" in ended.problem.message


def test_what_became_another_version_after_people_were_asked_is_not_approved_with_the_plan() -> (
    None
):
    stage = Stage()
    assets = registered(stage, 2)
    migration = asked(stage, assets)
    work(stage)
    second = next(
        each
        for each in stage.requests.page(Query(batch=migration.id)).items
        if each.asset == assets[1]
    )
    vote(stage, second.id, APPROVER, Verdict.REJECT)
    stage.registries.put(description(assets[1]), {"MLmodel": b"other content"})
    again = open_request.ask(stage.world, assets[1], ROUTE, Opening(actor=EVENT_GRID)).request
    work(stage)

    vote(stage, migration.id, APPROVER)
    work(stage)

    other = now(stage, again)
    assert (other.state, other.decisions, other.attempt) == (State.PENDING, (), 2)
    assert other.digest != second.digest
    assert arrived(stage) == {"1"}
    assert now(stage, migration).state is State.FAILED


def test_a_version_that_was_left_out_is_not_approved_with_the_others() -> None:
    stage = Stage()
    good, bad = stage.register(model(version="1")), stage.register(model(version="2"), r2="0.1")
    migration = asked(stage, (good, bad))
    work(stage)
    stage.register(model(version="2"))
    later = open_request.ask(stage.world, bad, ROUTE, Opening(actor=EVENT_GRID)).request
    work(stage)

    vote(stage, migration.id, APPROVER)
    work(stage)

    assert (now(stage, later).state, now(stage, later).decisions) == (State.PENDING, ())
    assert now(stage, migration).state is State.PROMOTED
    assert arrived(stage) == {"1"}
