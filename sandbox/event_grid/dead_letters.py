"""The dead letter of a delivery: where its blob lies and what it holds. Pure.

Path and fields: Microsoft's articles `manage-event-delivery` and `delivery-and-retry`; the last
HTTP status is a field the service adds without documenting it. CloudEvents carry the same fields
in lower case, as their attribute names demand.
"""

import datetime as dt
from typing import Any

import msgspec

from sandbox.event_grid.deliveries import Delivery
from sandbox.event_grid.events import Schema
from sandbox.event_grid.payload import in_schema


def path(delivery: Delivery, now: dt.datetime) -> str:
    """Return the blob's name: `SUBSCRIPTION/year/month/day/hour/guid.json`, numbers unpadded."""
    when = f"{now.year}/{now.month}/{now.day}/{now.hour}"
    return f"{delivery.subscription.upper()}/{when}/{delivery.number}.json"


def record(delivery: Delivery, schema: Schema) -> bytes:
    """Return the blob's JSON: an array of one event in `schema` with why it was given up."""
    outcome = delivery.last_outcome
    fields = {
        "deadLetterReason": delivery.dead_letter_reason,
        "deliveryAttempts": delivery.attempts,
        "lastDeliveryOutcome": outcome.name if outcome else None,
        "lastHttpStatusCode": outcome.status if outcome else None,
        "publishTime": delivery.publish_time,
        "lastDeliveryAttemptTime": delivery.last_attempt_time,
    }
    if schema is Schema.CLOUD_EVENTS:
        fields = {name.lower(): value for name, value in fields.items()}
    return msgspec.json.encode([_members(delivery, schema) | fields])


def _members(delivery: Delivery, schema: Schema) -> dict[str, Any]:
    match delivery.event_schema:
        case Schema.ANY_JSON | Schema.ANY_TEXT:
            return {"id": delivery.event_id, "data": delivery.event}
        case Schema.EVENT_GRID | Schema.CLOUD_EVENTS:
            body = in_schema(delivery, schema)
            members: dict[str, Any] = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            return members
