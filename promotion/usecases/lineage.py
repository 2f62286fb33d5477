"""Where a version came from and where it went: run, workspace, registries, with what was decided between.

Reads only. Upwards it follows what the versions themselves say (the lineage that a promotion wrote, unless its
request says otherwise; the share's origin, the job); downwards the requests. What cannot be read is shown as a name alone.
"""

import datetime as dt
from typing import Final

import msgspec

from promotion.domain.approvals import Decision, StageOutcome, overall
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import DamagedError, ForbiddenError, NotFoundError
from promotion.domain.origins import Origin, read_origin, run_of
from promotion.domain.request import Request, State, is_request_id
from promotion.ports import Query, World
from promotion.usecases.settle_target import given
from promotion.usecases.standing import same

#: Registries in a row; a longer chain is cut, and a circle in the properties ends.
_MOST: Final = 12

_ARRIVED: Final = frozenset({State.PROMOTED, State.WITHDRAWN})


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A run or a version."""

    id: str
    #: `run` or `version`.
    kind: str
    asset: AssetRef | None = None
    #: Digest of the files, where a promotion settled it.
    digest: str = ""
    #: Whether it was there, and could be read.
    seen: bool = True
    archived: bool = False
    #: When the version was made, as its home tells.
    at: dt.datetime | None = None


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """What led from one node to the next: `trained`, `shared` or `promoted`."""

    source: str
    target: str
    kind: str
    request: Request | None = None
    #: When the target was made by it.
    at: dt.datetime | None = None

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Who decided, for a promotion."""
        return self.request.decisions if self.request else ()


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """The graph around one version, both ways; nodes in the order in which they were found."""

    root: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def lineage(world: World, asset: AssetRef) -> Lineage:
    """Return the lineage of a version.

    Raises:
        NotFoundError: there is no such version, nor a promotion that led to it or away from it.
    """
    walk = _Walk(world)
    walk.up(asset)
    walk.down(asset)
    if not walk.edges and not walk.nodes[asset.id].seen:
        raise NotFoundError(
            f"{asset.id} is not there, and no promotion speaks of it.",
            "Check registry, name and version.",
        )
    return Lineage(
        root=asset.id, nodes=tuple(walk.nodes.values()), edges=tuple(walk.edges.values())
    )


class _Walk:
    """Collects nodes and edges; each once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.nodes: dict[str, Node] = {}
        self.edges: dict[tuple[str, str], Edge] = {}

    def up(self, asset: AssetRef) -> None:
        """Follow a version to its origins."""
        for _ in range(_MOST):
            described = self._node(asset)
            if described is None:
                # What was promoted and deleted since is told by its request alone.
                origin, kind, request = self._by_request(asset)
            else:
                origin, kind, request = self._origin(described)
                self._run(described)
            if origin is None or origin.id in self.nodes:
                return
            self._edge(origin.id, asset.id, kind, request)
            asset = origin
        self._node(asset)

    def down(self, asset: AssetRef, depth: int = 0) -> None:
        """Follow a version to wherever it was promoted."""
        self._node(asset)
        for request in self._requests(asset) if depth < _MOST else ():
            if request.asset == asset and (asset.id, request.target.id) not in self.edges:
                self._edge(asset.id, request.target.id, "promoted", request)
                self.down(request.target, depth + 1)

    def _node(self, asset: AssetRef) -> AssetDescription | None:
        try:
            described = self._world.registries.describe(asset)
        except (NotFoundError, ForbiddenError):
            self.nodes.setdefault(
                asset.id, Node(id=asset.id, kind="version", asset=asset, seen=False)
            )
            return None
        node = Node(
            id=asset.id,
            kind="version",
            asset=asset,
            digest=described.properties.get("promotion.digest", "")
            if self._believed(described)
            else "",
            archived=described.archived,
            at=described.created_at,
        )
        self.nodes.setdefault(asset.id, node)
        return described

    def _origin(self, described: AssetDescription) -> tuple[AssetRef | None, str, Request | None]:
        source = read_origin(described.properties.get("promotion.source", ""))
        if source is not None and source.asset is not None and self._believed(described):
            return (
                source.asset,
                "promoted",
                self._request(described.properties.get("promotion.request")),
            )
        shared = read_origin(described.origin)
        if shared is not None and shared.asset is None:
            self._began(shared, described)
        return shared.asset if shared else None, "shared", None

    def _believed(self, described: AssetDescription) -> bool:
        # Anyone who can create a version can write properties: what counts is that the request says the same.
        request = self._request(described.properties.get("promotion.request"))
        return request is None or _brought(request, described)

    def _by_request(self, asset: AssetRef) -> tuple[AssetRef | None, str, Request | None]:
        for request in (*self._given(asset), *self._requests(asset)):
            if request.target == asset:
                return request.asset, "promoted", request
        return None, "", None

    def _run(self, described: AssetDescription) -> None:
        if run := run_of(described):
            self._began(run, described)

    def _began(self, origin: Origin, described: AssetDescription) -> None:
        run = origin.led == "trained"
        node = Node(id=origin.id, kind="run" if run else "version", seen=run)
        self.nodes.setdefault(origin.id, node)
        self._edge(origin.id, described.ref.id, origin.led, None)

    def _edge(self, source: str, target: str, kind: str, request: Request | None) -> None:
        # What was there before it was asked for is as old as the request's end.
        at = request.updated_at if request else self.nodes[target].at
        edge = Edge(source=source, target=target, kind=kind, request=request, at=at)
        self.edges.setdefault((source, target), edge)

    def _request(self, request_id: str | None) -> Request | None:
        if not request_id or not is_request_id(request_id):
            return None
        try:
            return self._world.requests.get(request_id).request
        except (NotFoundError, DamagedError):
            return None

    def _given(self, asset: AssetRef) -> list[Request]:
        try:
            found = list(given(self._world, asset))
        except (NotFoundError, DamagedError):
            return []
        # What came past every request stands as a record of the version itself: nothing led to it.
        return [
            request
            for request in found
            if request.state in _ARRIVED and request.asset != request.target
        ]

    def _requests(self, asset: AssetRef) -> list[Request]:
        # The newest hundred of the name and version: more attempts than that are no lineage.
        found = self._world.requests.page(
            Query(name=asset.name, version=asset.version), limit=100
        ).items
        # What came past every request stands as a record of the version itself: nothing led to it.
        return [
            request
            for request in found
            if request.state in _ARRIVED and request.asset != request.target
        ]


def _brought(request: Request, described: AssetDescription) -> bool:
    source = described.properties.get("promotion.source", "")
    ways = [(request.asset, request.target)]
    ways += [(each.asset, each.target) for each in request.dependencies if each.travels]
    approved = overall(request.stages, request.decisions) is StageOutcome.APPROVED
    return approved and any(
        asset.id == source and same(target, described.ref) for asset, target in ways
    )
