"""Migrations in memory: asked for, checked, approved once, told to people."""

import msgspec
import pytest

from promotion.adapters.memory import FixedPolicy
from promotion.domain.approvals import Verdict
from promotion.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
)
from promotion.domain.request import State
from promotion.messages.compose import compose
from promotion.ports import Query
from promotion.usecases import views
from promotion.usecases.migrate import walking
from promotion.usecases.migrate.asking import ask
from promotion.usecases.validate import validate
from tests.building import FILES, PROD, ROUTE, Stage, description, model, person, policy
from tests.migrating import (
    APPROVER,
    BOARD,
    OPERATOR,
    SECOND,
    arrived,
    asked,
    manifest,
    now,
    registered,
    vote,
    work,
)


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
