"""Facts too large, a topic down for an hour, a topic that answers 413: nothing lost, order kept, trails whole."""

import asyncio
import datetime as dt
from collections.abc import Callable

import msgspec
import pytest
from azure.core.credentials import AzureKeyCredential

from promotion.adapters.event_grid import EventGridTopic
from promotion.domain.actors import EVENT_GRID
from promotion.domain.export import Scope
from promotion.domain.facts import Fact, hash_of
from promotion.domain.lifecycle import Opening
from promotion.domain.request import Request
from promotion.ports import Queue
from promotion.usecases.deliver import deliver
from promotion.usecases.open_request import ask
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from promotion.usecases.verify_audit import Verification
from tests import trails
from tests.building import Stage, model
from tests.contract.event_grid.facts import published
from tests.contract.event_grid.grid import Grid

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio]

HOUR = 60


@pytest.fixture
def stage(grid: Grid) -> Stage:
    """A world whose one channel is the sandbox's topic."""
    stage = trails.stage()
    stage.channel = EventGridTopic(  # type: ignore[assignment]  # any channel
        grid.config.custom_topic_endpoint,
        AzureKeyCredential(grid.config.topic_key),
        stage.evidence,
        allow_loopback=True,
    )
    return stage


def wordy(stage: Stage, size: int) -> Request:
    """Return a promoted request whose first fact has a reason of so many characters."""
    trails.later(stage)
    opening = Opening(actor=EVENT_GRID, reason="x" * size)
    request = ask(stage.world, stage.register(model()), "", opening).request
    request = validate(stage.world, request.id)
    return trails.finished(stage, trails.agreed(stage, request))


async def aside[T](work: Callable[[], T]) -> T:
    # The topic runs in this event loop; the app's own calls block.
    return await asyncio.to_thread(work)


def a_minute(stage: Stage) -> None:
    """Let a minute pass: the sweep runs, and what it asks for is done."""
    stage.clock.move(dt.timedelta(minutes=1))
    sweep(stage.world)
    for hint in stage.hints.take():
        if hint.queue is Queue.DELIVERIES:
            deliver(stage.world, hint.request_id)


def as_told(stage: Stage, event: dict[str, object]) -> Fact:
    """Return the fact of an event, fetched from where it refers to when it was too large."""
    data = event["data"]
    assert isinstance(data, dict)
    if "reference" in data:
        return msgspec.json.decode(stage.evidence.get(data["reference"]), type=Fact)
    return msgspec.convert(data, Fact)


async def whole(grid: Grid, stage: Stage, *requests: Request) -> None:
    """Fail unless every fact was told, in its request's order, and the trail verifies."""
    told = [as_told(stage, item.get("event", item)) for item in await published(grid)]
    for request in requests:
        mine = [fact for fact in told if fact.request == request.id]
        first = {fact.sequence: fact for fact in reversed(mine)}
        order = list(dict.fromkeys(fact.sequence for fact in mine))
        assert order == list(range(1, request.revision + 1))
        assert tuple(first[sequence] for sequence in order) == stage.requests.facts(request.id)
        assert all(hash_of(fact) == fact.hash for fact in mine)
    lines = trails.export(stage, Scope())
    assert list(Verification(verifier=trails.public(stage)).run(lines)) == []


async def test_a_fact_too_large_for_the_topic_is_told_by_reference_in_its_place(
    grid: Grid, stage: Stage
) -> None:
    request = await aside(lambda: wordy(stage, 1_200_000))

    await aside(lambda: deliver(stage.world, request.id))

    first, *others = [item.get("event", item)["data"] for item in await published(grid)]
    assert first["reference"].startswith("sha256:")
    assert not any("reference" in data for data in others)
    await whole(grid, stage, request)


async def test_a_topic_that_is_down_for_an_hour_loses_nothing(grid: Grid, stage: Stage) -> None:
    await grid.admin("POST", "faults", {"place": "facts", "status": 503, "seconds": 120})
    one = await aside(lambda: trails.promoted(stage, "1"))
    for _ in range(HOUR // 2):
        await aside(lambda: a_minute(stage))
    two = await aside(lambda: trails.promoted(stage, "2"))
    for _ in range(HOUR // 2):
        await aside(lambda: a_minute(stage))
    assert await published(grid) == []

    await grid.admin("DELETE", "faults")
    for _ in range(3):
        await aside(lambda: a_minute(stage))

    await whole(grid, stage, one, two)


async def test_a_topic_that_fails_now_and_then_keeps_the_order(grid: Grid, stage: Stage) -> None:
    request = await aside(lambda: trails.promoted(stage))
    for _ in range(request.revision):
        # Each time something got through, the next call fails.
        await aside(lambda: deliver(stage.world, request.id))
        await grid.admin("POST", "faults", {"place": "facts", "status": 500, "times": 1})
    await grid.admin("DELETE", "faults")
    await aside(lambda: deliver(stage.world, request.id))

    await whole(grid, stage, request)


async def test_a_topic_that_answers_413_gets_the_same_fact_by_reference(
    grid: Grid, stage: Stage
) -> None:
    request = await aside(lambda: trails.promoted(stage))
    await grid.admin("POST", "faults", {"place": "facts", "status": 413, "times": 1})

    await aside(lambda: deliver(stage.world, request.id))

    first = (await published(grid))[0]
    assert "reference" in first.get("event", first)["data"]
    await whole(grid, stage, request)


async def test_a_topic_that_answers_413_to_everything_is_waited_for(
    grid: Grid, stage: Stage
) -> None:
    await grid.admin("POST", "faults", {"place": "facts", "status": 413, "seconds": 120})
    request = await aside(lambda: trails.promoted(stage))
    for _ in range(3):
        await aside(lambda: a_minute(stage))
    assert await published(grid) == []

    await grid.admin("DELETE", "faults")
    await aside(lambda: a_minute(stage))

    await whole(grid, stage, request)
