"""One event on its way to one subscription: a value, and what an attempt makes of it.

Pure: time is an argument. Must not know HTTP or storage.
"""

import datetime as dt
import uuid
from typing import Final, Literal

import msgspec

from sandbox.event_grid import schedule
from sandbox.event_grid.events import Event, Schema
from sandbox.event_grid.subscriptions import Subscription

type State = Literal["pending", "delivered", "dead-lettered"]

_OUTCOMES: Final = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    408: "TimedOut",
    413: "PayloadTooLarge",
    429: "Busy",
    503: "Busy",
}


class Outcome(msgspec.Struct, frozen=True):
    """How an attempt ended: one of Event Grid's outcome names, and the status if there was one."""

    name: str
    status: int | None = None

    @classmethod
    def of_status(cls, status: int) -> "Outcome":
        """Return the outcome of an answered attempt."""
        if status in schedule.ACKNOWLEDGED:
            return cls("Delivered", status)
        return cls(_OUTCOMES.get(status, "GenericError"), status)

    @property
    def acknowledged(self) -> bool:
        """Whether the receiver took the event."""
        return self.name == "Delivered"


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """An event on its way. `id` begins with the publish time, so that names sort by age."""

    id: str
    subscription: str
    state: State = "pending"
    event_id: str
    event_type: str
    event_schema: Schema
    publish_time: dt.datetime
    attempts: int = 0
    next_attempt_time: dt.datetime
    last_attempt_time: dt.datetime | None = None
    last_outcome: Outcome | None = None
    dead_letter_reason: str | None = None
    event: msgspec.Raw

    @property
    def number(self) -> str:
        """The delivery's GUID: the part of the id after the time."""
        return self.id.partition("-")[2]


def create(event: Event, subscription: str, now: dt.datetime) -> Delivery:
    """Return the delivery of a newly published event."""
    return Delivery(
        id=f"{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4()}",
        subscription=subscription,
        event_id=event.id,
        event_type=event.type,
        event_schema=event.schema,
        publish_time=now,
        next_attempt_time=now,
        event=event.body,
    )


def repeat(delivery: Delivery, now: dt.datetime) -> Delivery:
    """Return a new delivery of the same event: a duplicate, on purpose."""
    event = Event(
        id=delivery.event_id,
        type=delivery.event_type,
        schema=delivery.event_schema,
        body=delivery.event,
    )
    return create(event, delivery.subscription, now)


def expired(delivery: Delivery, rules: Subscription, scale: float, now: dt.datetime) -> bool:
    """Whether the time to live has passed; an event is tried once at least."""
    return delivery.attempts > 0 and now >= _end(delivery, rules, scale)


def expire(delivery: Delivery) -> Delivery:
    """Return the delivery given up because of its age."""
    return _dead(delivery, "TimeToLiveExceeded")


def attempted(
    delivery: Delivery,
    outcome: Outcome,
    rules: Subscription,
    scale: float,
    now: dt.datetime,
) -> Delivery:
    """Return the delivery after one more attempt that ended in `outcome`.

    Args:
        delivery: a pending one.
        outcome: how the attempt ended.
        rules: the subscription's limits.
        scale: multiplies the documented waiting times.
        now: when the attempt ended.
    """
    after = msgspec.structs.replace(
        delivery,
        attempts=delivery.attempts + 1,
        last_attempt_time=now,
        last_outcome=outcome,
    )
    if outcome.acknowledged:
        return msgspec.structs.replace(after, state="delivered")
    if outcome.status in schedule.NOT_RETRIED:
        # Reason captured from the service for 400 alone; the other three are named alike.
        return _dead(after, f"UndeliverableDueToHttp{outcome.name}")
    if after.attempts >= rules.max_delivery_attempts:
        return _dead(after, "MaxDeliveryAttemptsExceeded")
    again = now + schedule.wait_after(after.attempts, scale)
    return msgspec.structs.replace(after, next_attempt_time=min(again, _end(after, rules, scale)))


def _end(delivery: Delivery, rules: Subscription, scale: float) -> dt.datetime:
    minutes = rules.event_time_to_live_in_minutes
    return delivery.publish_time + schedule.time_to_live(minutes, scale)


def _dead(delivery: Delivery, reason: str) -> Delivery:
    return msgspec.structs.replace(delivery, state="dead-lettered", dead_letter_reason=reason)
