"""Telling facts: every channel each one, in order, whatever another channel does."""

from typing import cast

import msgspec
import pytest

from promotion.adapters.memory import MemoryRequests, RecordingChannel
from promotion.domain.errors import BrokenError, RetryableError
from promotion.domain.facts import Fact
from promotion.ports import LOOK_AFTER, Delivered, Ports, Queue
from promotion.usecases.deliver import deliver
from promotion.usecases.sweep import sweep
from tests import trails
from tests.building import Stage


def test_facts_are_told_in_order_and_once() -> None:
    stage = Stage()
    request = trails.pending(stage)

    assert deliver(stage.world, request.id)
    assert deliver(stage.world, request.id)

    assert [fact.sequence for fact in stage.channel.told] == [1, 2, 3]


def test_facts_are_read_once_for_all_channels_and_each_is_told_what_it_lacks() -> None:
    class Counting(MemoryRequests):
        reads = 0

        def facts(self, request_id: str, *, after: int = 0) -> tuple[Fact, ...]:
            self.reads += 1
            return super().facts(request_id, after=after)

    requests = Counting()
    stage = Stage(requests=requests)
    request = trails.pending(stage)
    channels = tuple(RecordingChannel(name) for name in ("whole", "half", "none"))
    world = msgspec.structs.replace(cast("Ports", stage.world), channels=channels)
    requests.save_delivered(request.id, Delivered(upto={"whole": 3, "half": 1}))
    requests.reads = 0

    assert deliver(world, request.id)
    assert deliver(world, request.id)

    told = [[fact.sequence for fact in channel.told] for channel in channels]
    assert told == [[], [2, 3], [1, 2, 3]]
    assert requests.reads == 1


def test_a_channel_that_is_down_gets_its_facts_later() -> None:
    stage = Stage()
    request = trails.pending(stage)
    stage.channel.failure = RetryableError("down")

    assert not deliver(stage.world, request.id)
    stage.channel.failure = None
    stage.clock.move(LOOK_AFTER)
    stage.hints.take()
    sweep(stage.world)

    assert Queue.DELIVERIES in {hint.queue for hint in stage.hints.take()}
    assert deliver(stage.world, request.id)
    assert [fact.sequence for fact in stage.channel.told] == [1, 2, 3]


def test_a_fact_that_can_never_be_told_does_not_hold_up_the_others() -> None:
    stage = Stage()
    request = trails.pending(stage)
    stage.channel.failure = BrokenError("too large")

    for _ in range(3):
        assert deliver(stage.world, request.id)

    shown = stage.requests.get(request.id).request
    assert shown.problem is not None
    assert "recording was not told: too large" in shown.problem.message
    assert shown.revision == request.revision + 1


def test_a_defect_of_one_channel_has_no_other_told_again_and_again() -> None:
    stage = Stage()
    request = trails.pending(stage)
    channels = tuple(RecordingChannel(name) for name in ("before", "defective", "after"))
    channels[1].failure = KeyError("reason")
    world = msgspec.structs.replace(cast("Ports", stage.world), channels=channels)

    for _ in range(3):
        with pytest.raises(KeyError, match="reason"):
            deliver(world, request.id)
    channels[1].failure = None

    assert deliver(world, request.id)
    assert [[fact.sequence for fact in channel.told] for channel in channels] == [[1, 2, 3]] * 3
