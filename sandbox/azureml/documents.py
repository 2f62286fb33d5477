"""What is kept of an asset: versions, containers, operations and events not yet handed over.

Plain values, encoded as JSON by `store`. Properties are kept as the API's own names (camelCase).
Knows nothing of HTTP, tables or blobs.
"""

import datetime as dt
from typing import Any, Literal

import msgspec

from sandbox.people import APP, Identity

Properties = dict[str, Any]


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """Who did something, and when."""

    at: dt.datetime
    by: str
    type: Literal["User", "Application"]


def stamp(identity: Identity, now: dt.datetime) -> Stamp:
    """Return the stamp of what `identity` does now."""
    kind: Literal["User", "Application"] = "Application" if identity == APP else "User"
    return Stamp(at=now, by=identity.name, type=kind)


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an asset."""

    version: str
    properties: Properties
    created: Stamp
    modified: Stamp
    #: creating: an operation runs, nobody can read it yet. deleted: never to be made again.
    state: Literal["creating", "ready", "deleted"] = "ready"
    #: The operation that creates it, while `state` is creating.
    operation: str | None = None


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """What the API calls an asset's container: facts about all its versions."""

    properties: Properties
    created: Stamp
    modified: Stamp
    latest: str | None = None
    #: The highest whole number among the versions; 0 when all are words.
    highest: int = 0


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """A change that takes time, and how it ended."""

    id: str
    partition: str
    #: The version that is created or changed; None: a container was changed, at once.
    version: str | None
    ready_at: dt.datetime
    #: What a finished poll answers: 200 with the asset's id, 200 without a body, or 204.
    answer: Literal["asset", "empty", "nothing"]
    #: What the version becomes when the operation ends; None: it is created as it was claimed.
    change: Version | None = None
    #: Workspace asset whose files are copied first (`origin_id`).
    source: str | None = None
    state: Literal["running", "done", "failed"] = "running"
    problem: str | None = None


class OutgoingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is handed to Event Grid, kept until that accepts it."""

    id: str
    partition: str
    body: dict[str, Any]
