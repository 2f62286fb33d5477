"""A model registration as Event Grid tells it: what in it names an asset. Pure; knows no delivery.

Source: Azure Event Grid, "Azure Machine Learning as an Event Grid source", both schemas. The letter case
of the data's keys and the type of the version differ between the documentation, the REST specification
and recorded events, so any of them is taken.
"""

import json
import re
from typing import Any, Final

import msgspec

from promotion.domain.assets import AssetKind, AssetRef, Workspace, asset_ref
from promotion.domain.errors import InvalidError

#: The one event type that announces an asset.
MODEL_REGISTERED: Final = "Microsoft.MachineLearningServices.ModelRegistered"

#: What a registration's data may weigh. Real ones are a few kilobytes, Event Grid's limit is 1 MiB.
MAX_DATA: Final = 256 * 1024

_TOPIC: Final = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"/providers/Microsoft\.MachineLearningServices/workspaces/(?P<workspace>[^/]+)",
    re.IGNORECASE,
)


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """An event, whichever schema it came in."""

    id: str
    type: str
    #: `topic` of the Event Grid schema, `source` of CloudEvents: the workspace's resource id.
    source: str
    subject: str
    data: Any


def announced_asset(event: Announcement) -> AssetRef:
    """Return the workspace asset that the event announces.

    Raises:
        InvalidError: it announces none that can be named, with the reason.
    """
    if event.type.lower() != MODEL_REGISTERED.lower():
        raise InvalidError(
            f"Events of type {event.type[:200]!r} announce no model.",
            f"Subscribe to {MODEL_REGISTERED} alone.",
        )
    weight = len(content_of(event.data))
    if weight > MAX_DATA:
        raise InvalidError(
            f"The event's data has {weight} bytes, more than {MAX_DATA}.",
            "Shorten the model's tags; ask for its promotion by hand meanwhile.",
        )
    name, version = _named(event)
    return asset_ref(
        home=_workspace(event.source),
        kind=AssetKind.MODELS,
        name=name,
        version=version,
    )


def content_of(value: Any) -> bytes:  # noqa: ANN401 -- whatever an event holds
    """Return JSON of an event or of a part of it: in ASCII, as its texts may hold what no UTF-8 has."""
    return json.dumps(msgspec.to_builtins(value), separators=(",", ":")).encode()


def _workspace(source: str) -> Workspace:
    found = _TOPIC.fullmatch(source)
    if found is None:
        raise InvalidError(
            f"The event's source {source[:200]!r} is not an Azure ML workspace.",
            "Subscribe at a workspace's system topic.",
        )
    return Workspace(found["subscription"], found["group"], found["workspace"])


def _named(event: Announcement) -> tuple[str, str]:
    data = event.data if isinstance(event.data, dict) else {}
    values = {str(key).lower(): value for key, value in data.items()}
    name, version = values.get("modelname"), values.get("modelversion")
    if name is None and version is None:
        # The subject is `models/{name}:{version}`; a name may hold a colon, a version cannot.
        name, _, version = event.subject.removeprefix("models/").rpartition(":")
    return _text("name", name), _text("version", version)


def _text(what: str, value: object) -> str:
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise InvalidError(
        f"The event has no model {what}, neither in its data nor in its subject.",
        "Ask for the model's promotion by hand if it was registered.",
    )
