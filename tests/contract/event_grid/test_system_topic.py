"""The system topic: events of the local Azure ML service are checked, stored, then acknowledged."""

import json
from typing import Any

import pytest

from tests.contract.event_grid.grid import Grid, dead_letters, model_registered
from tests.contract.event_grid.receiver import Receiver, until

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio]


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in model_registered().items() if key != name}


async def test_missing_key_is_401(grid: Grid) -> None:
    async with grid.session.post(grid.config.system_topic_endpoint, json=[]) as answer:
        assert answer.status == 401
        assert "aeg-sas-key" in (await answer.json())["error"]["message"]


async def test_refused_event_is_neither_stored_nor_delivered(grid: Grid) -> None:
    answer = await grid.publish(model_registered(), model_registered() | {"id": 5}, status=400)

    assert json.loads(answer)["error"]["details"][0]["code"] == "InputJsonInvalid"
    assert await grid.deliveries("pending") == []


async def test_versions_that_are_left_out_are_stamped(receiver: Receiver, grid: Grid) -> None:
    event = without("metadataVersion")
    del event["dataVersion"]

    await grid.publish(event)
    await until(lambda: receiver.received)

    assert receiver.received[0].body == [event | {"dataVersion": "", "metadataVersion": "1"}]


async def test_numbers_beyond_any_machine_type_arrive_as_they_were(
    receiver: Receiver,
    grid: Grid,
) -> None:
    event = model_registered() | {"data": {"ModelVersion": 10**40, "Metric": 0.1}}

    await grid.publish(event)
    await until(lambda: receiver.received)

    assert receiver.received[0].body == [event]


async def test_event_over_one_mebibyte_is_413(grid: Grid) -> None:
    event = model_registered() | {"data": {"ModelTags": {"note": "x" * 1024 * 1024}}}

    await grid.publish(event, status=413)


async def test_event_of_almost_one_mebibyte_is_delivered(receiver: Receiver, grid: Grid) -> None:
    event = model_registered() | {"data": {"ModelTags": {"note": "x" * (1024 * 1024 - 1000)}}}

    await grid.publish(event)
    await until(lambda: receiver.received)

    assert receiver.received[0].body == [event]


async def test_anything_can_be_injected_past_the_checks(receiver: Receiver, grid: Grid) -> None:
    bad = model_registered() | {"data": {"ModelVersion": "1/2"}, "eventType": 7}

    await grid.admin("POST", "events", {"event": bad})
    await grid.admin("POST", "events", {"text": "{ this is no JSON"})
    await until(lambda: len(receiver.received) == 2)

    assert [post.body for post in receiver.received] == [[bad], "{ this is no JSON"]


async def test_what_cannot_be_delivered_is_kept_whatever_it_is(
    receiver: Receiver,
    grid: Grid,
) -> None:
    receiver.statuses = [400]

    await grid.admin("POST", "events", {"text": "{ this is no JSON"})
    await until(lambda: dead_letters(grid.config))

    ((letter,),) = dead_letters(grid.config).values()
    assert letter["data"] == "{ this is no JSON"
    assert letter["deadLetterReason"] == "UndeliverableDueToHttpBadRequest"
