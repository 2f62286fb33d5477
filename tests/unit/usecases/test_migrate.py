"""Migrations in memory: asked for, checked, approved once, carried out; stopped anywhere and gone on with."""

import datetime as dt
import functools
from collections.abc import Callable

import msgspec
import pytest

from promotion.adapters.memory import FixedPolicy
from promotion.adapters.memory.keeping import Hint
from promotion.domain import lifecycle
from promotion.domain.actors import EVENT_GRID, SWEEP, Person
from promotion.domain.approvals import Verdict, authors
from promotion.domain.assets import AssetRef
from promotion.domain.errors import (
    BrokenError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PromotionError,
    RetryableError,
    StaleError,
)
from promotion.domain.lifecycle import Ballot, Opening, Step
from promotion.domain.manifest import Manifest
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request, State
from promotion.messages.compose import compose
from promotion.ports import Ports, Query, Queue, Stored, World
from promotion.usecases import open_request, views
from promotion.usecases.decide import decide
from promotion.usecases.deliver import deliver
from promotion.usecases.migrate import walking
from promotion.usecases.migrate.asking import ask
from promotion.usecases.promote import promote
from promotion.usecases.retry import retry
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from promotion.usecases.wish import Wish
from tests.building import FILES, PROD, ROUTE, Stage, description, model, person, policy
from tests.crash.faults import Controller, CrashError, Fault, Watched

OPERATOR = person("operator", "Promotion.Operator")
APPROVER = person("approver")
SECOND = person("second")
BOARD = StageSpec(name="board", roles=("Promotion.Approver",), quorum=2)


def registered(stage: Stage, count: int) -> tuple[AssetRef, ...]:
    return tuple(stage.register(model(version=str(number + 1))) for number in range(count))


def asked(stage: Stage, assets: tuple[AssetRef, ...], reason: str = "") -> Request:
    return ask(stage.world, ROUTE, assets, OPERATOR, reason=reason).request


def _handle(world: World, hint: Hint) -> None:
    match hint.queue:
        case Queue.VALIDATIONS:
            validate(world, hint.request_id)
        case Queue.PROMOTIONS:
            promote(world, hint.request_id)
        case Queue.DELIVERIES:
            deliver(world, hint.request_id)


def work(stage: Stage) -> None:
    """Let the queues work until nothing is left but what waits for people."""
    for _ in range(200):
        hints = stage.hints.take()
        if not hints:
            return
        stage.clock.move(max((each.delay for each in hints), default=dt.timedelta(0)))
        for hint in hints:
            _handle(stage.world, hint)
    raise AssertionError("the queues never came to rest")


def vote(stage: Stage, request_id: str, who: Person, verdict: Verdict = Verdict.APPROVE) -> None:
    now = stage.requests.get(request_id).request
    decide(
        stage.world,
        request_id,
        Ballot(
            person=who, verdict=verdict, comment="Yes.", digest=now.digest, revision=now.revision
        ),
    )


def now(stage: Stage, request: Request) -> Request:
    return stage.requests.get(request.id).request


def arrived(stage: Stage) -> set[str]:
    return {each.version for each in stage.registries.versions(model().moved(PROD))}


def manifest(stage: Stage, migration: Request) -> Manifest:
    return msgspec.json.decode(stage.evidence.get(now(stage, migration).manifest), type=Manifest)


def test_one_approval_moves_every_version_of_the_plan_and_nothing_else() -> None:
    stage = Stage()
    *planned, other = registered(stage, 4)
    migration = asked(stage, tuple(planned), reason="Two registries become one.")
    work(stage)
    waiting = now(stage, migration)

    vote(stage, migration.id, APPROVER)
    work(stage)

    assert waiting.state is State.PENDING
    assert waiting.files == 3
    assert now(stage, migration).state is State.PROMOTED
    assert arrived(stage) == {"1", "2", "3"}
    assert other.version not in arrived(stage)
    assert set(stage.registries.copies.values()) == {1}


def test_the_digest_that_people_decide_on_stands_for_every_versions_own() -> None:
    stage = Stage()
    registered(stage, 2)
    migration = asked(stage, (model(version="1"), model(version="2")))
    work(stage)

    found = manifest(stage, migration)

    members = stage.requests.page(Query(batch=migration.id)).items
    assert now(stage, migration).digest == found.digest
    assert {(each.path, f"sha256:{each.sha256}") for each in found.files} == {
        (f"models/taxi-fare/versions/{each.asset.version}", each.digest) for each in members
    }
    assert [each.name for each in now(stage, migration).checks] == ["versions"]


def test_the_same_plan_asked_for_again_is_the_same_request() -> None:
    stage = Stage()
    assets = registered(stage, 2)
    first = asked(stage, assets)
    work(stage)

    again = ask(stage.world, ROUTE, tuple(reversed(assets)), OPERATOR)

    assert (again.created, again.request.id) == (False, first.id)
    assert len(stage.requests.page(Query()).items) == 3


def test_each_version_keeps_a_trail_of_its_own_with_who_decided_through_which_migration() -> None:
    stage = Stage(policy=FixedPolicy(policy(BOARD)))
    migration = asked(stage, registered(stage, 1))
    work(stage)

    vote(stage, migration.id, APPROVER)
    vote(stage, migration.id, SECOND)
    work(stage)

    version = stage.requests.page(Query(batch=migration.id)).items[0]
    facts = stage.requests.facts(version.id)
    decided = [each for each in facts if each.actor.kind == "person" and "stage" in each.data]
    assert [each.actor.oid for each in decided] == [APPROVER.oid, SECOND.oid]
    assert {each.actor.method for each in decided} == {f"migration:{migration.id}"}
    assert {each.by.method for each in now(stage, migration).decisions} == {"easyauth"}
    assert {each.digest for each in version.decisions} == {version.digest}


def test_a_version_that_fails_its_checks_stays_and_is_named_to_those_who_decide() -> None:
    stage = Stage()
    good = stage.register(model(version="1"))
    bad = stage.register(model(version="2"), r2="0.1")
    migration = asked(stage, (good, bad))

    work(stage)

    check = now(stage, migration).checks[0]
    assert check.summary == (
        "1 of 2 versions passed every check and may travel; 1 stay where they are."
    )
    assert check.evidence["left_out_first"][0]["asset"] == bad.id
    assert [each.path for each in manifest(stage, migration).files] == [
        "models/taxi-fare/versions/1"
    ]


def test_versions_that_are_there_already_are_counted_and_not_asked_about() -> None:
    stage = Stage()
    assets = registered(stage, 2)
    first = asked(stage, assets[:1])
    work(stage)
    vote(stage, first.id, APPROVER)
    work(stage)

    migration = asked(stage, assets)
    work(stage)

    assert "1 are there already" in now(stage, migration).checks[0].summary
    assert now(stage, migration).files == 1


def test_a_migration_of_which_nothing_can_travel_is_refused_with_the_reason() -> None:
    stage = Stage()
    bad = stage.register(model(), r2="0.1")

    migration = asked(stage, (bad,))
    work(stage)

    ended = now(stage, migration)
    assert ended.state is State.REFUSED
    assert ended.problem is not None
    assert "0 of 1 versions" in ended.problem.message


def test_only_an_operator_asks_for_a_migration() -> None:
    stage = Stage()
    assets = registered(stage, 1)

    with pytest.raises(ForbiddenError):
        ask(stage.world, ROUTE, assets, person("requester", "Promotion.Requester"))


def test_a_plan_without_versions_or_of_assets_no_route_takes_is_refused() -> None:
    stage = Stage()

    with pytest.raises(InvalidError, match="no version"):
        asked(stage, ())
    with pytest.raises(ConflictError, match="does not take"):
        asked(stage, (model().moved(PROD),))


def test_whoever_asked_or_made_one_of_the_versions_does_not_decide_on_the_whole() -> None:
    stage = Stage()
    stage.registries.put(
        msgspec.structs.replace(description(model()), created_by=APPROVER.name), FILES
    )
    migration = asked(stage, (model(),))
    work(stage)

    with pytest.raises(ForbiddenError):
        vote(stage, migration.id, APPROVER)
    with pytest.raises(ForbiddenError):
        vote(stage, migration.id, person("operator", "Promotion.Approver"))


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


def test_a_rejected_migration_moves_nothing() -> None:
    stage = Stage()
    migration = asked(stage, registered(stage, 2))
    work(stage)

    vote(stage, migration.id, APPROVER, Verdict.REJECT)
    work(stage)

    assert now(stage, migration).state is State.REJECTED
    assert arrived(stage) == set()


def test_no_more_versions_than_allowed_are_under_way_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walking, "UNDER_WAY", 8)
    stage = Stage()
    migration = asked(stage, registered(stage, 40))
    stage.hints.take()

    validate(stage.world, migration.id)

    assert len(stage.requests.page(Query(batch=migration.id)).items) == 8
    assert views.show(stage.world, migration.id).progress.files == 40
    work(stage)
    assert now(stage, migration).files == 40
    assert stage.requests.progress(migration.id).files_done == 0


def test_people_are_told_of_the_migration_and_not_of_each_version() -> None:
    stage = Stage()
    migration = asked(stage, registered(stage, 3))
    work(stage)
    vote(stage, migration.id, APPROVER)
    work(stage)

    told = [
        notice.title
        for request in stage.requests.page(Query()).items
        for fact in stage.requests.facts(request.id)
        if (notice := compose(request, fact, "https://app.invalid"))
    ]

    assert sorted(told) == [
        f"Approval needed: {migration.asset.label}",
        f"Promoted: {migration.asset.label}",
    ]


def test_versions_of_a_migration_are_listed_under_it_and_not_among_what_waits() -> None:
    stage = Stage()
    migration = asked(stage, registered(stage, 3))
    work(stage)

    seen = views.overview(stage.world, APPROVER)

    assert [each.id for each in (*seen.mine, *seen.others)] == [migration.id]


def _played(controller: Controller) -> Stage:
    """Play a migration whose process stops where the controller says, and is started again."""
    stage = Stage()
    assets = registered(stage, 2)

    def started() -> Ports:
        ports = stage.world
        assert isinstance(ports, Ports)
        watched = {
            name: Watched(name, getattr(ports, name), controller)
            for name in ("requests", "hints", "registries", "evidence")
        }
        return msgspec.structs.replace(ports, **watched)

    def survives(call: Callable[[], object]) -> None:
        for _ in range(3):
            try:
                call()
            except (CrashError, RetryableError, PromotionError):
                continue
            return

    survives(lambda: ask(started(), ROUTE, assets, OPERATOR))
    migration = asked(stage, assets)
    voted = False
    for _ in range(60):
        survives(lambda: sweep(started()))
        for hint in stage.hints.take():
            handle = functools.partial(_handle, started(), hint)
            survives(handle)
        if now(stage, migration).state is State.PENDING and not voted:
            vote(stage, migration.id, APPROVER)
            voted = True
        if now(stage, migration).state.terminal:
            break
        stage.clock.move(dt.timedelta(minutes=2))
    return stage


@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.MEANWHILE])
def test_a_stop_at_any_call_leaves_no_version_missing_and_none_twice(fault: Fault) -> None:
    undisturbed = Controller()
    _played(undisturbed)

    for number in range(1, len(undisturbed.calls) + 1):
        stage = _played(Controller(plan={number: fault}))

        assert arrived(stage) == {"1", "2"}, (number, fault)
        assert set(stage.registries.copies.values()) == {1}, (number, fault)
        requests = stage.requests.page(Query()).items
        assert {each.state for each in requests} == {State.PROMOTED}, (number, fault)
        assert len(requests) == 3, (number, fault)


def test_people_read_of_versions_where_others_read_of_files() -> None:
    stage = Stage()
    migration = asked(stage, registered(stage, 3))
    work(stage)
    vote(stage, migration.id, APPROVER)
    work(stage)

    ended = now(stage, migration)
    last = stage.requests.facts(migration.id)[-1]
    notice = compose(ended, last, "https://app.invalid")

    assert notice is not None
    details = {each.label: each.value for each in notice.details}
    assert details["Versions"].startswith("3 versions")
    assert "Files" not in details
    assert "azureml://" not in notice.advice


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


def test_a_migration_that_moves_on_is_left_alone_by_the_sweep_and_one_that_stands_still_is_not() -> (
    None
):
    stage = Stage()
    migration = asked(stage, registered(stage, 2))
    stage.hints.take()
    validate(stage.world, migration.id)
    stage.clock.move(dt.timedelta(minutes=6))
    validate(stage.world, migration.id)
    stage.hints.take()

    sweep(stage.world)
    while_moving = _hinted(stage, migration)
    stage.clock.move(dt.timedelta(minutes=6))
    sweep(stage.world)

    assert while_moving == set()
    assert _hinted(stage, migration) == {Queue.VALIDATIONS}


def _hinted(stage: Stage, request: Request) -> set[Queue]:
    found = {each.queue for each in stage.hints.take() if each.request_id == request.id}
    return found - {Queue.DELIVERIES}
