"""An accepted event, whichever schema it came in: its JSON as published, its id and its type."""

from enum import StrEnum

import msgspec


class Schema(StrEnum):
    """How an event is written; the names are those of Event Grid's management API."""

    EVENT_GRID = "EventGridSchema"
    CLOUD_EVENTS = "CloudEventSchemaV1_0"
    #: Not an event but what a test wants to see delivered, unchanged: any JSON value.
    ANY_JSON = "any-json"
    #: As above, for what is no JSON: a JSON string whose text is the whole request body.
    ANY_TEXT = "any-text"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event; `body` keeps the publisher's own bytes of every value it does not check."""

    id: str
    type: str
    schema: Schema
    body: msgspec.Raw


def split(body: bytes, *, batch: bool) -> list[msgspec.Raw]:
    """Return the JSON values of a request: the elements of its array, or the one it is.

    Raises:
        ValueError: not UTF-8, not JSON, or no array where one is asked for.
    """
    body.decode()  # msgspec leaves the text of a Raw unchecked
    if batch:
        return msgspec.json.decode(body, type=list[msgspec.Raw])
    return [msgspec.json.decode(body, type=msgspec.Raw)]
