"""The retry schedule and the order of what waits: pure, so the clock is ours."""

import datetime as dt

import msgspec
import pytest

from sandbox.event_grid import deliveries, schedule
from sandbox.event_grid.deliveries import Delivery, Outcome
from sandbox.event_grid.events import Event, Schema
from sandbox.event_grid.subscriptions import Subscription
from sandbox.event_grid.waiting import Waiting

RULES = Subscription(name="watcher", topic="system")
EVENT = Event(id="e", type="t", schema=Schema.EVENT_GRID, body=msgspec.Raw(b"{}"))


def after_failures(count: int, now: dt.datetime) -> tuple[Delivery, dt.datetime]:
    """Return a delivery that failed as often as its schedule came due, and when that was."""
    delivery = deliveries.create(EVENT, "watcher", now)
    for _ in range(count):
        now = delivery.next_attempt_time
        delivery = deliveries.attempted(delivery, Outcome("Busy", 503), RULES, 1, now)
    return delivery, now


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1 / 6), (2, 1 / 2), (3, 1), (4, 5), (5, 10), (6, 30), (7, 60), (8, 180), (9, 360)],
)
def test_pause_grows_as_documented(attempts: int, minutes: float, now: dt.datetime) -> None:
    delivery, failed_at = after_failures(attempts, now)

    assert delivery.next_attempt_time - failed_at == dt.timedelta(minutes=minutes)


def test_after_nine_failures_the_pause_stays_at_twelve_hours() -> None:
    assert schedule.wait_after(10, 1) == schedule.wait_after(30, 1) == dt.timedelta(hours=12)


def test_last_attempt_is_never_planned_past_the_time_to_live(now: dt.datetime) -> None:
    delivery, _ = after_failures(11, now)

    assert delivery.next_attempt_time == now + dt.timedelta(hours=24)
    assert deliveries.expired(delivery, RULES, 1, delivery.next_attempt_time)


def test_scale_shortens_pause_and_life_alike(now: dt.datetime) -> None:
    delivery = deliveries.create(EVENT, "watcher", now)

    failed = deliveries.attempted(delivery, Outcome("Busy", 503), RULES, 0.01, now)

    assert failed.next_attempt_time == now + dt.timedelta(milliseconds=100)
    assert deliveries.expired(failed, RULES, 0.01, now + dt.timedelta(minutes=14.4))


def test_event_that_was_never_tried_does_not_expire(now: dt.datetime) -> None:
    delivery = deliveries.create(EVENT, "watcher", now)

    assert not deliveries.expired(delivery, RULES, 1, now + dt.timedelta(days=9))


def test_due_deliveries_come_in_the_order_of_their_time(now: dt.datetime) -> None:
    waiting = Waiting()
    later = deliveries.create(EVENT, "watcher", now + dt.timedelta(seconds=1))
    first = deliveries.create(EVENT, "watcher", now)
    other = deliveries.create(EVENT, "another", now)
    for each in (later, first, other):
        waiting.put(each)

    assert waiting.take_due("watcher", now) == [first]
    assert waiting.next_due("watcher") == later.next_attempt_time
    assert waiting.take_due("watcher", now + dt.timedelta(seconds=2)) == [later]
    assert len(waiting.all()) == 3


def test_delivery_under_way_cannot_be_withdrawn(now: dt.datetime) -> None:
    waiting = Waiting()
    delivery = deliveries.create(EVENT, "watcher", now)
    waiting.put(delivery)
    waiting.take_due("watcher", now)

    assert not waiting.withdraw(delivery.id)
    waiting.put(delivery)
    assert waiting.withdraw(delivery.id)
    assert waiting.take_due("watcher", now) == []
