"""A migration's approval is about the requests that were there, not about what is said of their versions since."""

import msgspec

from promotion.domain.policy import Journey
from promotion.domain.request import Request, State
from promotion.usecases import open_request
from promotion.usecases.retry import retry
from promotion.usecases.wish import Wish
from tests.building import ROUTE, Stage
from tests.migrating import APPROVER, OPERATOR, arrived, asked, now, registered, vote, work

WISH = Wish(person=OPERATOR, reason="Once more.")


def overtaken(stage: Stage) -> tuple[Request, Request]:
    """Return a migration, of which what is said of a version has changed, and that version's next attempt."""
    assets = registered(stage, 2)
    migration = asked(stage, assets)
    work(stage)
    said = msgspec.structs.replace(stage.registries.describe(assets[1]), description="Audited.")
    stage.registries.put(said, stage.registries.content(assets[1]))
    vote(stage, migration.id, APPROVER)
    work(stage)
    following = open_request.latest(stage.world, Journey(route=ROUTE, asset=assets[1]))
    assert following is not None
    return migration, following


def test_what_is_said_otherwise_since_is_not_approved_by_going_on_with_the_migration() -> None:
    stage = Stage()
    migration, following = overtaken(stage)

    retry(stage.world, migration.id, WISH)
    work(stage)

    other = now(stage, following)
    assert (other.attempt, other.state, other.decisions) == (2, State.PENDING, ())
    assert arrived(stage) == {"1"}
    assert now(stage, migration).state is State.FAILED


def test_a_migration_ends_well_once_people_agreed_to_what_is_said_now() -> None:
    stage = Stage()
    migration, following = overtaken(stage)

    vote(stage, following.id, APPROVER)
    work(stage)
    retry(stage.world, migration.id, WISH)
    work(stage)

    assert arrived(stage) == {"1", "2"}
    assert now(stage, migration).state is State.PROMOTED
