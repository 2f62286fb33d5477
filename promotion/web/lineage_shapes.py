"""The JSON of a lineage that outside programs rely on: names that stay, more fields over time. Knows no storage."""

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from promotion.web.shapes import Asset, Decision


class LineageNode(msgspec.Struct, frozen=True, kw_only=True):
    """A run, or a version in a registry or workspace."""

    id: str
    kind: Literal["run", "version"]
    asset: Asset | None
    digest: Annotated[str | None, Meta(description="Where a promotion settled it.")]
    seen: Annotated[bool, Meta(description="Whether it was there, and could be read.")]
    archived: bool


class LineageEdge(msgspec.Struct, frozen=True, kw_only=True):
    """What led from one node to the next; of a promotion, who decided on which files."""

    source: str
    target: str
    kind: Annotated[str, Meta(description="`trained`, `shared` or `promoted`.")]
    request: str | None
    digest: str | None
    policy_hash: str | None
    attestation: Annotated[str | None, Meta(description="Reference of the signed statement.")]
    decisions: list[Decision]
    at: dt.datetime | None


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """The graph around one version, both ways."""

    root: str
    nodes: list[LineageNode]
    edges: list[LineageEdge]


class LineageEvents(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of a lineage as OpenLineage run events (specification 2-0-2)."""

    events: list[dict[str, Any]]
