"""Probes of Azure ML: registries reachable, readable, looked through; copies possible."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from promotion.domain.assets import AssetKind, AssetRef, Registry, Workspace, workspace_of
from promotion.domain.errors import ForbiddenError, NotFoundError, PromotionError
from promotion.domain.findings import Finding, bad, ok, unknown, warn
from promotion.domain.manifest import Manifest
from promotion.domain.policy import Route, is_workspace
from promotion.ports import Name, Query, World

#: Reconciled every quarter of an hour.
_LOOKED_WITHIN: Final = dt.timedelta(hours=1)
#: A model larger than this is not copied for a trial.
_LARGEST: Final = 16 * 1024 * 1024
#: Names looked at for a file that is small enough.
_TRIES: Final = 5
#: Requests among which an asset of a workspace is looked for.
_LATELY: Final = 50
#: Of the upload that a trial begins. It never becomes a version.
_TRIAL_NAME: Final = "promotion-doctor-trial"


def registries(world: World) -> Iterator[Finding]:
    """Yield whether each registry of the policy answers, may be read, and is looked through.

    Raises:
        BrokenError: there is no valid policy.
    """
    policy = world.policy.current()
    sources = {
        each.source.registry: each for each in policy.routes.values() if each.source.registry
    }
    targets = {each.target.registry: each for each in policy.routes.values()}
    for name, route in {**sources, **targets}.items():
        yield _read(world, name, route.kinds[0])
    for side, routes in (("source", sources), ("target", targets)):
        for name, route in routes.items():
            yield _looked_through(world, side, name, route.kinds[0])
    for name in sorted({r.source.workspace for r in policy.routes.values()} - {""}):
        yield _workspace(world, name)
        if workspace_of(name) is None:
            yield _any_of_that_name(name)


def copies(world: World, *, trial: bool) -> Iterator[Finding]:
    """Yield whether files can be copied from each route's source to its target.

    Raises:
        BrokenError: there is no valid policy.
    """
    for name, route in world.policy.current().routes.items():
        if not trial:
            found = "Whether files can be copied was not tried."
            yield unknown("copy", found, "Ask with --trial-copy: it creates no version.", name)
        elif route.source.registry:
            yield _tried(world, name, route)


def _workspace(world: World, name: str) -> Finding:
    # A route names a workspace; where in Azure it is, an asset of it tells.
    lately = world.requests.page(Query(), limit=_LATELY).items
    seen = next((each.asset for each in lately if _is_of(each.asset, name)), None)
    if seen is None:
        return unknown(
            "workspace",
            "None of its models asked lately, so that nothing was read there.",
            "`promotion explain` with the id of one of its models tells.",
            name,
        )
    try:
        world.registries.versions(seen)
    except PromotionError as error:
        remedy = (
            "Give the app's identity the role on this workspace that docs/security-roles.md lists."
        )
        return bad("workspace", error.problem, error.remedy or remedy, name)
    return ok("workspace", f"It answers; {seen.label} was read there.", name)


def _any_of_that_name(name: str) -> Finding:
    return warn(
        "workspace-name",
        "The policy names it by its name alone, which a workspace of another resource group can have, too.",
        "Write the workspace's resource id (`az ml workspace show --query id`) into the route's source.",
        name,
    )


def _is_of(asset: AssetRef, workspace: str) -> bool:
    return isinstance(asset.home, Workspace) and is_workspace(workspace, asset.home)


def _read(world: World, name: str, kind: AssetKind) -> Finding:
    try:
        first = next(iter(world.registries.names(Registry(name), kind)), None)
        if first is not None:
            _list_files(world, _latest(name, kind, first))
    except NotFoundError as error:
        remedy = "Check the name in policy.yaml, and that the registry was not deleted."
        return bad("registry", error.problem, remedy, name)
    except ForbiddenError as error:
        remedy = (
            "Give the app's identity the role on this registry that docs/security-roles.md lists."
        )
        return bad("registry", error.problem, error.remedy or remedy, name)
    except PromotionError as error:
        remedy = "Check DNS, private endpoints and the network rules between the app and Azure ML."
        return bad("registry", error.problem, error.remedy or remedy, name)
    what = "is empty" if first is None else "and its files can be read"
    return ok("registry", f"It answers {what}.", name)


def _latest(registry: str, kind: AssetKind, name: Name) -> AssetRef:
    home = Registry(registry)
    return AssetRef(home=home, kind=kind, name=name.name, version=name.latest)


def _list_files(world: World, asset: AssetRef) -> None:
    if asset.version and asset.kind in {AssetKind.MODELS, AssetKind.DATA}:
        world.registries.open_files(asset).paths  # noqa: B018 -- listing is what is tried


def _looked_through(world: World, side: str, name: str, kind: AssetKind) -> Finding:
    mark = world.watermarks.get(f"{side}/{name.lower()}/{kind}")
    if mark is None:
        return warn(
            "reconcile",
            "It was never looked through.",
            "The function `reconcile` does so every 15 minutes: look at its last run.",
            f"{side} {name}",
        )
    age = world.clock.now() - mark.upto
    if age > _LOOKED_WITHIN:
        return warn(
            "reconcile",
            f"It was looked through to the end {age.total_seconds() / 3600:.1f} hours ago.",
            "Look at the last runs of the function `reconcile`: it says which registry keeps it.",
            f"{side} {name}",
        )
    return ok("reconcile", "Looked through within the hour.", f"{side} {name}")


def _tried(world: World, route_name: str, route: Route) -> Finding:
    source = Registry(route.source.registry)
    found = _small(world, source)
    if found is None:
        return unknown(
            "copy",
            f"No model below 16 MiB was found in {source.name} to try with.",
            "Register a small model there.",
            route_name,
        )
    asset, manifest = found
    stamp = f"{world.clock.now():%Y%m%d%H%M%S}"
    target = AssetRef(
        home=Registry(route.target.registry),
        kind=AssetKind.MODELS,
        name=_TRIAL_NAME,
        version=stamp,
    )
    try:
        progress = world.registries.transfer(asset, manifest, target)
    except PromotionError as error:
        remedy = "Check the app's role on the target registry, and the firewalls of both storages."
        return bad("copy", error.problem, error.remedy or remedy, route_name)
    if progress.complete:
        return ok(
            "copy", f"The files of {asset.label} arrived in the target's storage.", route_name
        )
    return warn("copy", "A copy was begun and is not done yet.", "Try again.", route_name)


def _small(world: World, source: Registry) -> tuple[AssetRef, Manifest] | None:
    names = world.registries.names(source, AssetKind.MODELS)
    for _, name in zip(range(_TRIES), names, strict=False):
        asset = _latest(source.name, AssetKind.MODELS, name)
        files = world.registries.open_files(asset)
        if files.paths and sum(files.open(path).size for path in files.paths) <= _LARGEST:
            return asset, world.registries.read_manifest(asset)
    return None
