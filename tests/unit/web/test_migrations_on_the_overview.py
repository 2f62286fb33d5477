"""Migrations on the overview: one line each, however many versions travel, with a way to their list."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest

from promotion.domain.request import Request, State
from promotion.usecases.promote import promote
from tests.building import model
from tests.migrating import asked, now, registered, vote, work
from tests.surfing import APPROVER, READER, SECOND, SECURITY, Surfer, attributes, said, words


def migrated(surfer: Surfer, count: int) -> Request:
    """Return a migration that has moved so many versions."""
    migration = asked(surfer.stage, registered(surfer.stage, count))
    work(surfer.stage)
    for person in (APPROVER, SECOND, SECURITY):
        vote(surfer.stage, migration.id, person)
    work(surfer.stage)
    return now(surfer.stage, migration)


def test_a_migration_is_one_line_among_what_was_done_with_its_count() -> None:
    surfer = Surfer()
    migration = migrated(surfer, 3)

    page = surfer.page("/", READER)

    assert migration.state is State.PROMOTED
    (row,) = page.query('section[aria-labelledby="done"] li.row')
    assert migration.asset.name in said(row)
    assert "Migration of 3 versions" in said(row)


def test_many_versions_push_nothing_off_the_overview() -> None:
    surfer = Surfer(settings={"page_size": 5})
    promote(surfer.stage.world, surfer.approved(model("older")).id)
    surfer.stage.clock.move(dt.timedelta(minutes=1))
    migrated(surfer, 12)

    done = surfer.page("/", READER).query('section[aria-labelledby="done"] li.row h3')

    assert len(done) == 2
    assert said(done[1]) == "older:1"


def test_the_line_of_a_migration_leads_to_its_versions_in_pages() -> None:
    surfer = Surfer(settings={"page_size": 2})
    surfer.pending(model("another"))
    migration = migrated(surfer, 3)

    (link,) = surfer.page("/").query('a[href^="/?migration="]')
    first = surfer.page(attributes(link)["href"])
    (older,) = first.query("p.more a")
    rest = surfer.page(attributes(older)["href"])

    shown = [said(each) for page in (first, rest) for each in page.query("li.row h3")]
    assert sorted(shown) == ["taxi-fare:1", "taxi-fare:2", "taxi-fare:3"]
    assert rest.query("p.more a") == []
    assert words(first, "h1") == "Versions of a migration"
    (back,) = first.query(".lead p a")
    assert attributes(back)["href"] == f"/promotions/{migration.id}"


def test_a_search_among_a_migrations_versions_stays_among_them() -> None:
    surfer = Surfer()
    promote(surfer.stage.world, surfer.approved(model("another")).id)
    migration = migrated(surfer, 2)

    found = surfer.page(f"/?migration={migration.id}&state=promoted&name=")

    assert len(found.query("li.row")) == 2
    (kept,) = found.query('form.search input[name="migration"]')
    assert attributes(kept)["value"] == migration.id
    assert surfer.page(f"/?migration={migration.id}&name=another").query("li.row") == []


@pytest.mark.parametrize("wrong", ["x", "%22onload", "a" * 26 + "b"])
def test_what_is_no_migrations_id_is_not_searched_for(wrong: str) -> None:
    surfer = Surfer()
    surfer.pending()

    page = surfer.page(f"/?migration={wrong}")

    assert "Waiting for you" in words(page, "main")


def test_a_migration_that_goes_on_leads_to_its_versions_before_they_are_counted() -> None:
    surfer = Surfer()
    migration = asked(surfer.stage, registered(surfer.stage, 2))

    (link,) = surfer.page("/").query('section[aria-labelledby="moving"] a[href^="/?"]')

    assert said(link) == "versions not counted yet"
    asked_for = parse_qs(urlsplit(attributes(link)["href"] or "").query)
    assert asked_for == {"migration": [migration.id]}
