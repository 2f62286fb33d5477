"""Reads and converts events in Event Grid's own schema.

Checks the envelope alone; `data` belongs to the publisher. Rules: Microsoft's article
`event-schema` (properties table).
"""

import datetime as dt
from typing import Annotated, Literal

import msgspec

from sandbox.event_grid.errors import SIZE_LIMIT, PublishError, too_large
from sandbox.event_grid.events import Event, Schema, split

type _Text = Annotated[str, msgspec.Meta(min_length=1)]


class _Envelope(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The documented properties; the two versions may be left out and are then stamped."""

    topic: _Text
    subject: _Text
    event_type: _Text
    event_time: _Text
    id: _Text
    data: msgspec.Raw = msgspec.Raw(b"null")
    data_version: str = ""
    metadata_version: Literal["1"] = "1"


def read(body: bytes) -> list[Event]:
    """Return the events of a publish request: a JSON array in Event Grid's schema.

    Raises:
        PublishError: 400 when one of them is not in that schema, 413 when one is over 1 MiB.
    """
    try:
        return [_event(raw) for raw in split(body, batch=True)]
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise PublishError(
            400,
            "This resource is configured for the 'EventGridEvent' schema, an array of events. "
            f"The request does not conform to it: {error}",
        ) from error


def _event(raw: msgspec.Raw) -> Event:
    size = len(bytes(raw))
    if size > SIZE_LIMIT:
        raise too_large("an event", size)
    envelope = msgspec.json.decode(raw, type=_Envelope)
    msgspec.convert(envelope.event_time, dt.datetime)
    return Event(
        id=envelope.id,
        type=envelope.event_type,
        schema=Schema.EVENT_GRID,
        body=msgspec.Raw(msgspec.json.encode(envelope)),
    )


def to_cloud_event(body: msgspec.Raw) -> bytes:
    """Return the CloudEvents 1.0 form of an accepted event, mapped as Event Grid maps it.

    `topic` becomes `source`, `eventType` `type`, `eventTime` `time`; the versions are dropped.
    """
    envelope = msgspec.json.decode(body, type=_Envelope)
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": envelope.id,
            "source": envelope.topic,
            "subject": envelope.subject,
            "type": envelope.event_type,
            "time": envelope.event_time,
            "data": envelope.data,
        },
    )
