"""Reads events in the CloudEvents 1.0 schema, structured mode, single or batch.

Source: CloudEvents 1.0.2 (`spec.md` sections 2 and 3, `json-format.md`). Must not know topics.
"""

import base64
import binascii
import datetime as dt
import re
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from sandbox.event_grid.errors import SIZE_LIMIT, PublishError, too_large
from sandbox.event_grid.events import Event, Schema, split

SINGLE: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"

_NAME: Final = re.compile(r"[a-z0-9]+", re.ASCII)
_REQUIRED: Final = ("id", "source", "specversion", "type")
_OPTIONAL_TEXTS: Final = ("subject", "time", "datacontenttype", "dataschema")
_DATA: Final = ("data", "data_base64")
_INT32: Final = range(-(2**31), 2**31)


def read(content_type: str, body: bytes) -> list[Event]:
    """Return the events of a publish request, in their order.

    Args:
        content_type: media type without parameters; `application/json` means a single event.
        body: the request's JSON.

    Raises:
        PublishError: 415 for another content type, 400 when an event breaks the specification,
            413 when one is over 1 MiB.
    """
    if content_type not in (SINGLE, BATCH, "application/json"):
        raise PublishError(
            415,
            f"content type {content_type!r} is not served: send {SINGLE} or {BATCH} "
            "(binary mode is not part of this sandbox)",
        )
    try:
        return [_event(raw) for raw in split(body, batch=content_type == BATCH)]
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise PublishError(
            400,
            "This resource is configured to receive events in the 'CloudEventV10' schema. "
            f"The request does not conform to it: {error}",
        ) from error


def _event(raw: msgspec.Raw) -> Event:
    size = len(bytes(raw))
    if size > SIZE_LIMIT:
        raise too_large("an event", size)
    event = msgspec.json.decode(raw, type=dict[str, Any])
    check(event)
    # Without insignificant spaces and line breaks: an event is one line wherever it is kept.
    body = msgspec.Raw(msgspec.json.format(bytes(raw), indent=-1))
    return Event(id=event["id"], type=event["type"], schema=Schema.CLOUD_EVENTS, body=body)


def check(event: dict[str, Any]) -> None:
    """Check an event's attributes and data members.

    Raises:
        ValueError: the first rule of the specification that is broken, with the attribute's name.
    """
    for name in _REQUIRED:
        _require_text(name, event.get(name))
    if event["specversion"] != "1.0":
        raise ValueError(f"`specversion` must be '1.0', it is {event['specversion']!r}")
    for name in _OPTIONAL_TEXTS:
        if event.get(name) is not None:
            _require_text(name, event[name])
    _check_formats(event)
    _check_data(event)
    for name in event.keys() - {*_REQUIRED, *_OPTIONAL_TEXTS, *_DATA}:
        _check_extension(name, event[name])


def _require_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise ValueError(f"`{name}` must be a non-empty string, it is {value!r:.60}")


def _check_formats(event: dict[str, Any]) -> None:
    urlsplit(event["source"])
    if event.get("time") is not None and _time(event["time"]).tzinfo is None:
        raise ValueError(f"`time` must have an offset (RFC 3339), it is {event['time']!r}")
    if event.get("dataschema") is not None and not urlsplit(event["dataschema"]).scheme:
        raise ValueError(f"`dataschema` must be an absolute URI, it is {event['dataschema']!r}")


def _time(text: str) -> dt.datetime:
    try:
        return msgspec.convert(text, dt.datetime)
    except msgspec.ValidationError as error:
        raise ValueError(f"`time` must be an RFC 3339 timestamp, it is {text!r:.60}") from error


def _check_data(event: dict[str, Any]) -> None:
    encoded = event.get("data_base64")
    if encoded is None:
        return
    if "data" in event:
        raise ValueError("`data` and `data_base64` exclude each other")
    try:
        base64.b64decode(encoded, validate=True)
    except (TypeError, binascii.Error) as error:
        raise ValueError("`data_base64` must be a base64 string") from error


def _check_extension(name: str, value: object) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"extension {name!r:.60} must be named by lower-case letters a-z and digits alone",
        )
    match value:
        case None | bool() | str():
            return
        case int() if value in _INT32:
            return
        case _:
            raise ValueError(
                f"extension `{name}` must be a string, a boolean or a 32-bit integer, "
                f"it is {value!r:.60}",
            )
