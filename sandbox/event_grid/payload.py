"""What a webhook receives: body and headers of one POST with one or more events. Pure.

Headers: Microsoft's page `message-headers`; names in upper case and a count that begins at 0 as
seen in recorded requests. Must not know how the request is sent.
"""

from collections.abc import Sequence

import msgspec

from sandbox.event_grid import cloud_events, event_grid_schema
from sandbox.event_grid.deliveries import Delivery
from sandbox.event_grid.events import Schema
from sandbox.event_grid.subscriptions import Subscription


class Payload(msgspec.Struct, frozen=True):
    """One POST."""

    headers: dict[str, str]
    body: bytes


def build(subscription: Subscription, batch: Sequence[Delivery]) -> Payload:
    """Return the POST for one or more deliveries of a subscription."""
    first = batch[0]
    headers = {
        "aeg-event-type": "Notification",
        "aeg-subscription-name": subscription.name.upper(),
        "aeg-delivery-count": str(first.attempts),
        "aeg-output-event-id": first.number,
        "aeg-metadata-version": "1",
        "Origin": "eventgrid.azure.net",
    }
    if first.event_schema is Schema.ANY_TEXT:
        text = msgspec.json.decode(first.event, type=str)
        return Payload(headers | {"Content-Type": "application/json"}, text.encode())
    bodies = [in_schema(each, subscription.delivers) for each in batch]
    if subscription.delivers is Schema.CLOUD_EVENTS:
        return _cloud_events(headers, bodies, batched=subscription.max_events_per_batch > 1)
    if len(batch) == 1 and first.event_schema is Schema.EVENT_GRID:
        headers["aeg-data-version"] = msgspec.json.decode(bodies[0])["dataVersion"]
    headers["Content-Type"] = "application/json; charset=utf-8"
    return Payload(headers, _array(bodies))


def in_schema(delivery: Delivery, schema: Schema) -> bytes:
    """Return one event's JSON in the schema asked for; what a test injected stays as it is."""
    if delivery.event_schema is Schema.EVENT_GRID and schema is Schema.CLOUD_EVENTS:
        return event_grid_schema.to_cloud_event(delivery.event)
    return bytes(delivery.event)


def _cloud_events(headers: dict[str, str], bodies: list[bytes], *, batched: bool) -> Payload:
    media = cloud_events.BATCH if batched else cloud_events.SINGLE
    own = {"aeg-metadata-version": "1.0", "Content-Type": f"{media}; charset=utf-8"}
    return Payload(headers | own, _array(bodies) if batched else bodies[0])


def _array(bodies: list[bytes]) -> bytes:
    return b"[" + b",".join(bodies) + b"]"
