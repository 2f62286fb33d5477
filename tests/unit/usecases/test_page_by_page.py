"""What looks through everything goes on from page to page, and takes of each only what counts."""

import msgspec

from promotion.adapters.memory import MemoryRequests
from promotion.domain.export import read_line
from promotion.domain.facts import Fact
from promotion.domain.lifecycle import Step
from promotion.domain.request import State
from promotion.ports import Page, Query
from promotion.usecases import retain
from tests import migrating, trails
from tests.building import Stage, model, opened
from tests.unit.usecases.needing import validated
from tests.unit.usecases.test_retain_needed import KINDS, asked, planned, world


class ShortPages(MemoryRequests):
    """Requests in pages of one."""

    def page(self, query: Query, *, cursor: str = "", limit: int = 50) -> Page:
        """Return one of them."""
        return super().page(query, cursor=cursor, limit=min(limit, 1))


def test_an_export_holds_every_request() -> None:
    stage = trails.stage()
    stage.requests = ShortPages()
    ids = {trails.pending(stage, version).id for version in ("1", "2", "3")}

    records = [read_line(line) for line in trails.export(stage)]

    assert {each.request for each in records if isinstance(each, Fact)} == ids


def test_what_the_oldest_of_many_requests_needs_stays() -> None:
    on = world(stage=Stage(requests=ShortPages()))
    needed = asked(on)
    assert validated(on).state is State.PENDING
    for number in range(3):
        trails.later(on)
        later = opened(model("other", str(number)), now=on.clock.now())
        waiting = msgspec.structs.replace(later.request, state=State.PENDING)
        on.requests.add(Step(request=waiting, fact=later.fact))

    assert needed not in planned(on)


def test_what_a_migrations_request_needed_that_has_ended_is_planned() -> None:
    on = world()
    needed = asked(on)
    migration = migrating.asked(on, (model(),))
    migrating.work(on)
    held = planned(on)
    (one,) = on.requests.page(Query(batch=migration.id)).items
    stored = on.requests.get(one.id)
    ended = msgspec.structs.replace(one, state=State.CANCELLED, revision=one.revision + 1)
    on.requests.save(stored, Step(request=ended, fact=on.requests.facts(one.id)[-1]))

    assert migrating.now(on, migration).state is State.PENDING
    assert needed not in held
    assert needed in planned(on)


def test_a_plan_goes_on_behind_the_kinds_that_were_told() -> None:
    on = world()
    labels, cursor = [], ""
    for _ in range(9):
        page = retain.plan(on.world, cursor=cursor, limit=1)
        labels += [each.asset.label for each in page.items]
        cursor = page.next_cursor
        if not cursor:
            break

    assert labels == [f"{kind.singular}:1" for kind in sorted(KINDS)]
