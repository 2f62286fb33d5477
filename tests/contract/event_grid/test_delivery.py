"""Delivery to a webhook: the handshake, what is posted, the retries, and where they end."""

import asyncio
import itertools

import msgspec
import pytest

from sandbox.config import Config
from tests.contract.event_grid.grid import Grid, dead_letters, model_registered, running_grid
from tests.contract.event_grid.receiver import Receiver, until

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio]


async def test_receiver_is_asked_before_the_first_event(receiver: Receiver, grid: Grid) -> None:
    await grid.publish(model_registered())
    await until(lambda: receiver.received)

    (question,) = receiver.handshakes
    assert question.query["code"] == grid.config.event_grid_system_key
    assert question.query["functionName"] == "on_model_registered"
    assert question.headers["aeg-event-type"] == "SubscriptionValidation"
    assert question.body[0]["eventType"] == "Microsoft.EventGrid.SubscriptionValidationEvent"
    assert question.at <= receiver.received[0].at


async def test_event_arrives_unchanged_in_an_array_with_the_documented_headers(
    receiver: Receiver,
    grid: Grid,
) -> None:
    event = model_registered()

    await grid.publish(event)
    await until(lambda: receiver.received)

    (post,) = receiver.received
    assert post.body == [event]
    assert post.headers["Content-Type"] == "application/json; charset=utf-8"
    assert post.headers["aeg-event-type"] == "Notification"
    assert post.headers["aeg-subscription-name"] == "ON-MODEL-REGISTERED"
    assert post.headers["aeg-delivery-count"] == "0"
    assert post.headers["aeg-data-version"] == "2"
    assert post.headers["aeg-metadata-version"] == "1"


async def test_receiver_that_never_agrees_gets_no_event_and_loses_none(
    receiver: Receiver,
    grid: Grid,
) -> None:
    receiver.agrees = False

    await grid.publish(model_registered())
    await until(lambda: len(receiver.handshakes) >= 2)

    assert receiver.received == []
    receiver.agrees = True
    await until(lambda: receiver.subjects == ["models/taxi-fare:1"])


async def test_receiver_may_agree_by_opening_the_validation_address(
    receiver: Receiver,
    grid: Grid,
) -> None:
    receiver.agrees = False
    await until(lambda: receiver.handshakes)

    address = receiver.handshakes[-1].body[0]["data"]["validationUrl"]
    async with grid.session.get(address) as answer:
        assert answer.status == 200

    await grid.publish(model_registered())
    await until(lambda: receiver.received)


async def test_failed_delivery_is_repeated_on_the_schedule_with_a_rising_count(
    receiver: Receiver,
    grid: Grid,
) -> None:
    receiver.statuses = [500, 404, 503]

    await grid.publish(model_registered())
    await until(lambda: len(receiver.received) == 4)

    counts = [post.headers["aeg-delivery-count"] for post in receiver.received]
    times = [post.at for post in receiver.received]
    pauses = [(b - a).total_seconds() for a, b in itertools.pairwise(times)]
    assert counts == ["0", "1", "2", "3"]
    for pause, documented in zip(pauses, (10, 30, 60), strict=True):
        assert pause >= documented * grid.config.time_scale
    await until(lambda: is_state(grid, "delivered"))


async def is_state(grid: Grid, state: str) -> bool:
    return len(await grid.deliveries(state)) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 203, 204])
async def test_answer_from_200_to_204_acknowledges(
    receiver: Receiver,
    grid: Grid,
    status: int,
) -> None:
    receiver.statuses = [status]

    await grid.publish(model_registered())

    await until(lambda: is_state(grid, "delivered"))


@pytest.mark.parametrize("status", [206, 302, 404, 408, 429, 500, 503])
async def test_other_answer_is_repeated(receiver: Receiver, grid: Grid, status: int) -> None:
    receiver.statuses = [status]

    await grid.publish(model_registered())

    await until(lambda: len(receiver.received) == 2)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, "BadRequest"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (413, "PayloadTooLarge"),
    ],
)
async def test_answer_that_cannot_get_better_goes_to_the_dead_letter_at_once(
    receiver: Receiver,
    grid: Grid,
    status: int,
    outcome: str,
) -> None:
    receiver.statuses = [status]

    await grid.publish(model_registered())
    await until(lambda: is_state(grid, "dead-lettered"))

    ((path, (letter,)),) = dead_letters(grid.config).items()
    parts = path.split("/")
    assert parts[0] == "ON-MODEL-REGISTERED"
    assert [part.lstrip("0") or "0" for part in parts[1:5]] == parts[1:5]
    assert letter.pop("deadLetterReason") == f"UndeliverableDueToHttp{outcome}"
    assert letter.pop("deliveryAttempts") == 1
    assert letter.pop("lastDeliveryOutcome") == outcome
    assert letter.pop("lastHttpStatusCode") == status
    assert letter.pop("publishTime") <= letter.pop("lastDeliveryAttemptTime")
    assert letter == model_registered()
    assert len(receiver.received) == 1


async def test_event_ends_in_the_dead_letter_after_the_last_allowed_attempt(
    receiver: Receiver,
    grid: Grid,
) -> None:
    await grid.subscribe(maxDeliveryAttempts=3)
    receiver.statuses = [500] * 5

    await grid.publish(model_registered())
    await until(lambda: is_state(grid, "dead-lettered"))

    ((letter,),) = dead_letters(grid.config).values()
    assert letter["deadLetterReason"] == "MaxDeliveryAttemptsExceeded"
    assert letter["deliveryAttempts"] == len(receiver.received) == 3


async def test_event_ends_in_the_dead_letter_when_its_time_to_live_is_over(
    receiver: Receiver,
    grid: Grid,
) -> None:
    await grid.subscribe(eventTimeToLiveInMinutes=1)  # before the second retry
    receiver.statuses = [500] * 5

    await grid.publish(model_registered())
    await until(lambda: is_state(grid, "dead-lettered"))

    ((letter,),) = dead_letters(grid.config).values()
    assert letter["deadLetterReason"] == "TimeToLiveExceeded"
    assert letter["deliveryAttempts"] == len(receiver.received)
    assert len(receiver.received) <= 3


async def test_unanswered_delivery_is_repeated(receiver: Receiver, grid: Grid) -> None:
    await grid.subscribe(answerSeconds=0.05)
    receiver.delay = 0.3

    await grid.publish(model_registered())
    await until(lambda: len(receiver.received) == 2)

    receiver.delay = 0
    await until(lambda: is_state(grid, "delivered"))


async def test_late_answer_still_ends_the_retries(receiver: Receiver, config: Config) -> None:
    slow = msgspec.structs.replace(config, time_scale=0.5)  # the first retry is due after 5 s
    async with running_grid(slow) as grid:
        await grid.subscribe(answerSeconds=0.05)
        receiver.delay = 1.5

        await grid.publish(model_registered())
        await until(lambda: waits_after(grid, "TimedOut"))
        await until(lambda: is_state(grid, "delivered"))

        assert len(receiver.received) == 1


async def waits_after(grid: Grid, outcome: str) -> bool:
    outcomes = [each["last_outcome"] for each in await grid.deliveries("pending")]
    return [each["name"] for each in outcomes if each] == [outcome]


async def test_receiver_that_is_down_for_long_gets_everything_once_it_is_back(
    config: Config,
) -> None:
    receiver = Receiver()
    async with running_grid(config) as grid:
        async with receiver.serving(config):
            await grid.until_agreed()
        await grid.publish(*(model_registered(version=v) for v in range(1, 6)))
        await asyncio.sleep(0.2)
        async with receiver.serving(config):
            await until(lambda: len(receiver.received) == 5)

    assert set(receiver.subjects) == {f"models/taxi-fare:{v}" for v in range(1, 6)}
