"""Reconciling where registry or records are odd: a latest version that is old, a copy that failed, a cut row."""

import datetime as dt
from collections.abc import Iterator

import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain.errors import DamagedError
from promotion.domain.request import State
from promotion.ports import Page, Query
from promotion.usecases.reconcile import Reconciled, reconcile
from tests.building import PROD, Stage, model
from tests.unit.usecases.test_reconcile import bring, later, register


class Cut(MemoryRequests):
    """Requests one of which cannot be read back until it is restored."""

    restored = False

    def page(self, query: Query, *, cursor: str = "", limit: int = 50) -> Page:
        """Fail where it would be among those found."""
        if not self.restored and query.name == model().name:
            raise DamagedError("Its row is cut.")
        return super().page(query, cursor=cursor, limit=limit)


def looked_through(requests: MemoryRequests | None = None) -> Stage:
    """Return a world that was reconciled once already."""
    stage = Stage(requests=requests or MemoryRequests())
    reconcile(stage.world)
    return stage


def _nothing(*_: object) -> Iterator[None]:
    return iter(())


def test_a_latest_version_from_before_the_first_look_is_nothing_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    register(stage, model().moved(PROD))
    later(stage)
    monkeypatch.setattr(stage.registries, "recent", _nothing)

    assert later(stage, dt.timedelta(days=3)) == Reconciled(opened=0, bypassed=0)


def test_a_latest_version_that_no_list_shows_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = looked_through()
    register(stage, model())
    monkeypatch.setattr(stage.registries, "recent", _nothing)

    assert later(stage).opened == 1


def test_what_a_failed_copy_left_behind_came_past_nobody() -> None:
    stage = looked_through()
    request = bring(stage, model(), State.FAILED)
    register(stage, request.target, promotion__request=request.id)
    register(stage, request.target.moved(PROD, version="2"), promotion__request=request.id)

    assert later(stage).bypassed == 1


def test_a_version_whose_request_cannot_be_read_back_is_judged_later() -> None:
    requests = Cut()
    stage = looked_through(requests)
    register(stage, model().moved(PROD))
    register(stage, model("smuggled").moved(PROD))

    first = later(stage)
    requests.restored = True
    second = later(stage)

    assert (first.bypassed, second.bypassed) == (1, 1)
    assert first.problems == (f"{model().moved(PROD).id}: Its row is cut.",)
