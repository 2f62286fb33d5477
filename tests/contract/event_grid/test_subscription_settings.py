"""What a subscription's settings change: schema, batches, filter."""

import pytest

from tests.contract.event_grid.grid import Grid, dead_letters, model_registered
from tests.contract.event_grid.receiver import Receiver, until

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio]

CLOUD_EVENTS = "CloudEventSchemaV1_0"


async def test_event_is_mapped_to_a_single_cloud_event(receiver: Receiver, grid: Grid) -> None:
    await grid.subscribe(eventDeliverySchema=CLOUD_EVENTS)
    event = model_registered()

    await grid.publish(event)
    await until(lambda: receiver.received)

    (post,) = receiver.received
    assert post.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert post.headers["Origin"] == "eventgrid.azure.net"
    assert post.body == {
        "specversion": "1.0",
        "id": event["id"],
        "source": event["topic"],
        "type": event["eventType"],
        "subject": event["subject"],
        "time": event["eventTime"],
        "data": event["data"],
    }


async def test_cloud_events_receiver_is_asked_by_options(receiver: Receiver, grid: Grid) -> None:
    await grid.subscribe(eventDeliverySchema=CLOUD_EVENTS)

    question = receiver.handshakes[-1]

    assert question.headers["WebHook-Request-Origin"] == "eventgrid.azure.net"


async def test_cloud_events_receiver_that_does_not_allow_the_origin_is_asked_again(
    receiver: Receiver,
    grid: Grid,
) -> None:
    await grid.until_agreed()
    receiver.agrees = False
    settings = {
        "name": "on-model-registered",
        "topic": "system",
        "eventDeliverySchema": CLOUD_EVENTS,
    }

    await grid.admin("PUT", "subscriptions/on-model-registered", settings)
    await until(lambda: len(receiver.handshakes) >= 3)

    (shown,) = (await grid.admin("GET", "subscriptions"))["items"]
    assert shown["agreed"] is False
    assert "code" not in shown["endpoint"]


@pytest.mark.parametrize("schema", ["EventGridSchema", CLOUD_EVENTS])
async def test_batch_holds_as_many_events_as_the_subscription_allows(
    receiver: Receiver,
    grid: Grid,
    schema: str,
) -> None:
    await grid.subscribe(maxEventsPerBatch=3, eventDeliverySchema=schema)
    await grid.admin("POST", "pause")
    await grid.publish(*(model_registered(version=v) for v in range(1, 8)))

    await grid.admin("POST", "resume")
    await until(lambda: len(receiver.received) == 3)

    assert sorted(len(post.body) for post in receiver.received) == [1, 3, 3]
    assert len(set(receiver.subjects)) == 7


async def test_failed_batch_repeats_every_event_of_it(receiver: Receiver, grid: Grid) -> None:
    await grid.subscribe(maxEventsPerBatch=2)
    await grid.admin("POST", "pause")
    await grid.publish(model_registered(version=1), model_registered(version=2))
    receiver.statuses = [500]

    await grid.admin("POST", "resume")

    await until(lambda: len(receiver.subjects) == 4)
    assert sorted(receiver.subjects) == ["models/taxi-fare:1"] * 2 + ["models/taxi-fare:2"] * 2


async def test_event_of_another_type_is_accepted_and_not_delivered(
    receiver: Receiver,
    grid: Grid,
) -> None:
    other = model_registered() | {"eventType": "Microsoft.MachineLearningServices.RunCompleted"}

    await grid.subscribe(
        includedEventTypes=["Microsoft.MachineLearningServices.ModelRegistered"],
    )
    await grid.publish(other, model_registered(version=2))
    await until(lambda: has_delivered_one(grid))

    assert receiver.subjects == ["models/taxi-fare:2"]
    assert await grid.deliveries("pending") == []


async def has_delivered_one(grid: Grid) -> bool:
    return len(await grid.deliveries("delivered")) == 1


async def test_dead_letter_of_a_cloud_event_has_lower_case_attributes(
    receiver: Receiver,
    grid: Grid,
) -> None:
    await grid.subscribe(eventDeliverySchema=CLOUD_EVENTS)
    receiver.statuses = [400]

    await grid.publish(model_registered())
    await until(lambda: dead_letters(grid.config))

    ((letter,),) = dead_letters(grid.config).values()
    assert letter["deadletterreason"] == "UndeliverableDueToHttpBadRequest"
    assert letter["type"] == model_registered()["eventType"]
    assert "eventType" not in letter
