"""What the policy says: routes, checks, stages. Typed, closed, frozen. Knows no file format.

Decoding (adapters) fills these structures; an unknown field or a wrong type never gets here.
"""

import datetime as dt
import hashlib
from typing import Any, Final, Literal

import msgspec
import rfc8785

from promotion.domain.assets import AssetKind, AssetRef, Home, Registry, Workspace
from promotion.domain.errors import ConflictError

_WEEK: Final = dt.timedelta(days=7)
_DAY: Final = dt.timedelta(days=1)


class RequiredTags(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="check",
    tag="required_tags",
):
    """The asset carries these tags and properties, none of them empty."""

    tags: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()


class MetricThreshold(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="check",
    tag="metric_threshold",
):
    """A metric of the asset lies within bounds; a bound itself is within."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None
    #: Where the metric is written.
    read_from: Literal["tags", "properties"] = "tags"


class VersionRule(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="check",
    tag="version_rule",
):
    """The version is written as the scheme says and is not below what the target has."""

    scheme: Literal["integer", "semver"] = "integer"
    #: Whether a version below the target's highest is refused.
    not_below_target: bool = True


type CheckSpec = RequiredTags | MetricThreshold | VersionRule


class StageSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A set of people of whom `quorum` must agree."""

    name: str
    #: App roles; whoever holds one of them may decide in this stage.
    roles: tuple[str, ...]
    quorum: int = 1


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A registry or a workspace, by name; exactly one of them is given."""

    registry: str = ""
    workspace: str = ""


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where assets of a route arrive, and under which version."""

    registry: str
    version: Literal["same"] = "same"


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named way from a source to a target registry."""

    source: Place
    target: Target
    checks: tuple[RequiredTags | MetricThreshold | VersionRule, ...]
    stages: tuple[StageSpec, ...]
    kinds: tuple[AssetKind, ...] = (AssetKind.MODELS,)
    #: Workspaces whose registrations announce an asset of the source registry.
    announced_by: tuple[str, ...] = ()
    #: How long an announced asset may take to appear in the source before a person is asked.
    patience: dt.timedelta = _DAY
    #: How long people may take to decide.
    expires_after: dt.timedelta = _WEEK
    #: How often people who have not decided are reminded; null means never.
    remind_every: dt.timedelta | None = 2 * _DAY
    #: After how long the roles of `escalate_to` may decide as well.
    escalate_after: dt.timedelta | None = None
    escalate_to: tuple[str, ...] = ()


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole policy: routes by name."""

    version: Literal[1]
    routes: dict[str, Route]

    @property
    def hash(self) -> str:
        """`sha256:` and the digest of the policy's canonical JSON: what a request was judged under."""
        fields: Any = msgspec.to_builtins(self)
        return f"sha256:{hashlib.sha256(rfc8785.dumps(fields)).hexdigest()}"

    def route(self, name: str) -> Route:
        """Return the route of that name.

        Raises:
            ConflictError: the policy has none (any more).
        """
        try:
            return self.routes[name]
        except KeyError as error:
            raise ConflictError(
                f"The policy has no route named {name!r}.",
                f"It has: {', '.join(sorted(self.routes))}.",
            ) from error


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """One asset on one route: what a request is about."""

    route: str
    asset: AssetRef


def journeys(policy: Policy, asset: AssetRef) -> tuple[Journey, ...]:
    """Return every journey that a new asset version sets off, in the policy's order.

    An asset in a route's source travels as it is. An asset in a workspace that announces for a
    registry travels as that registry's asset of the same name and version.
    """
    found = []
    for name, route in policy.routes.items():
        if asset.kind not in route.kinds:
            continue
        if _is_source(route.source, asset.home):
            found.append(Journey(route=name, asset=asset))
        elif _announces(route, asset.home):
            found.append(Journey(route=name, asset=asset.moved(Registry(route.source.registry))))
    return tuple(found)


def target_of(route: Route, asset: AssetRef) -> AssetRef:
    """Return the asset version that the journey's end creates."""
    return asset.moved(Registry(route.target.registry))


def _is_source(source: Place, home: Home) -> bool:
    if isinstance(home, Registry):
        return _same(source.registry, home.name)
    return _same(source.workspace, home.name)


def _announces(route: Route, home: Home) -> bool:
    return isinstance(home, Workspace) and any(
        _same(name, home.name) for name in route.announced_by
    )


def _same(wanted: str, name: str) -> bool:
    # Azure resource names compare without case.
    return bool(wanted) and wanted.lower() == name.lower()
