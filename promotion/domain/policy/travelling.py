"""Which routes an asset sets off, and where they lead. Pure; opens nothing."""

import msgspec

from promotion.domain.assets import AssetKind, AssetRef, Home, Registry, Workspace, workspace_of
from promotion.domain.errors import ConflictError
from promotion.domain.policy.routes import Place, Route, Target
from promotion.domain.policy.template import fill, parse
from promotion.domain.policy.whole import Policy


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


def route_of(policy: Policy, journey: Journey) -> Route:
    """Return the route of a journey that began under this policy or an earlier one.

    Raises:
        ConflictError: the policy has no such route (any more), or it does not take the asset (any more).
    """
    route, asset = policy.route(journey.route), journey.asset
    if asset.kind in route.kinds and _is_source(route.source, asset.home):
        return route
    raise ConflictError(
        f"The policy's route {journey.route!r} does not take {asset.id}.",
        "It was changed since the asset was asked for. Ask again where a route takes it.",
    )


def target_of(route: Route, asset: AssetRef) -> AssetRef:
    """Return the asset version that the journey's end creates, as far as the policy alone tells.

    The version is empty where it is found out with the target's versions or the asset's tags at hand.
    """
    target = route.target
    if asset.kind is AssetKind.MIGRATIONS:
        # It stands for many versions: only where they go is its own.
        return asset.moved(Registry(target.registry))
    version = asset.version if target.version == "same" else ""
    name = _name_there(target, asset) if target.name else asset.name
    return asset.moved(Registry(target.registry), name=name, version=version)


def _name_there(target: Target, asset: AssetRef) -> str:
    values = {
        "model": asset.name,
        "environment": target.environment,
        "registry": target.registry,
        "version": asset.version,
    }
    return fill(parse(target.name), values)


def is_workspace(wanted: str, home: Workspace) -> bool:
    """Whether a policy's word for a workspace, its resource id or its name alone, means this one."""
    known = workspace_of(wanted)
    return _same(wanted, home.name) if known is None else _same(known.path, home.path)


def overlap(one: Place, other: Place) -> bool:
    """Whether assets can come from both places: they are one, written in any way that means the same."""
    if one.registry.lower() != other.registry.lower():
        return False
    for wanted, known in (
        (one.workspace, workspace_of(other.workspace)),
        (other.workspace, workspace_of(one.workspace)),
    ):
        if known is not None:
            return is_workspace(wanted, known)
    return one.workspace.lower() == other.workspace.lower()


def _is_source(source: Place, home: Home) -> bool:
    if isinstance(home, Registry):
        return _same(source.registry, home.name)
    return is_workspace(source.workspace, home)


def _announces(route: Route, home: Home) -> bool:
    return isinstance(home, Workspace) and any(
        is_workspace(wanted, home) for wanted in route.announced_by
    )


def _same(wanted: str, name: str) -> bool:
    # Azure resource names compare without case.
    return bool(wanted) and wanted.lower() == name.lower()
