"""A service that asks to be left alone is asked again when it said, and nobody is told that work was given up."""

import datetime as dt
from typing import Any, override

import pytest

from promotion.adapters.memory import MemoryRegistries
from promotion.bootstrap import entry
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import RetryableError
from promotion.domain.request import State
from promotion.ports import Queue
from promotion.settings import read_settings
from tests.building import Stage
from tests.unit.usecases.test_straight_way import approved

QUARTER = dt.timedelta(minutes=15)


class Throttled(MemoryRegistries):
    """Registries that answer 429 while `after` is set, with or without a wait."""

    throttled = False
    after: dt.timedelta | None = None

    @override
    def describe(self, asset: AssetRef) -> AssetDescription:
        if self.throttled:
            raise RetryableError("It answered 429.", after=self.after)
        return super().describe(asset)


class App:
    """The app's world, with the ports of a stage."""

    settings = read_settings(
        {"AzureWebJobsStorage": "unused", "PROMOTION_PUBLIC_URL": "https://promotion.example"}
    )

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def __getattr__(self, port: str) -> Any:  # noqa: ANN401 -- any port
        return getattr(self.stage.world, port)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A world in memory behind the functions."""
    stage = Stage(registries=Throttled())
    monkeypatch.setattr(entry, "world", lambda: App(stage))
    return stage


def throttle(stage: Stage, after: dt.timedelta | None) -> None:
    """Let the registries throttle from now on."""
    assert isinstance(stage.registries, Throttled)
    stage.registries.throttled, stage.registries.after = True, after
    stage.hints.take()


def test_a_long_wait_is_a_hint_for_later(stage: Stage) -> None:
    request = approved(stage)
    throttle(stage, QUARTER)

    entry.promote(f'{{"request": "{request.id}"}}'.encode())

    assert [(hint.queue, hint.delay) for hint in stage.hints.take()] == [
        (Queue.PROMOTIONS, QUARTER)
    ]
    assert stage.requests.get(request.id).request.state is State.PROMOTING
    assert "429" in stage.requests.progress(request.id).trouble


@pytest.mark.parametrize("after", [None, dt.timedelta(seconds=2)])
def test_a_moment_is_left_to_the_queue(stage: Stage, after: dt.timedelta | None) -> None:
    request = approved(stage)
    throttle(stage, after)

    with pytest.raises(RetryableError, match="429"):
        entry.promote(f'{{"request": "{request.id}"}}'.encode())

    assert stage.hints.take() == []
