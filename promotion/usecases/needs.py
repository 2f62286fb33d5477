"""Find what an asset needs, read it, check it: before anyone is asked, as it is approved along with the asset."""

from collections.abc import Iterator
from typing import Final

import msgspec

from promotion.domain.approvals import Authors, authors, merge
from promotion.domain.assets import AssetDescription, AssetRef, Registry
from promotion.domain.closure import Needed, closure
from promotion.domain.dependencies import Dependency, Way
from promotion.domain.errors import ConflictError, NotFoundError
from promotion.domain.manifest import Manifest
from promotion.domain.policy import Route
from promotion.domain.results import CheckResult
from promotion.ports import World
from promotion.usecases import snapshots
from promotion.usecases.examine import Examined, examine
from promotion.usecases.settle_target import Destination

_NOT_READ: Final = Manifest(files=())


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that another one needs, with its files."""

    needed: Needed
    target: AssetRef
    #: Empty where it stays: nothing is read.
    manifest: Manifest = _NOT_READ

    @property
    def travels(self) -> bool:
        """Whether it is copied along."""
        return self.needed.way is Way.TRAVELS

    def dependency(self, kept_at: str = "") -> Dependency:
        """Return it as it is approved; `kept_at` is the evidence reference of its manifest."""
        return Dependency(
            asset=self.needed.asset,
            target=self.target,
            way=self.needed.way,
            digest=self.manifest.digest if self.manifest.files else "",
            files=len(self.manifest.files),
            size=self.manifest.size,
            manifest=kept_at,
            described=self.needed.description.digest if self.travels else "",
            named=self.needed.named,
        )


def find(world: World, route: Route, root: AssetDescription) -> tuple[Found, ...]:
    """Return everything that an asset needs, what is needed before what needs it; writes nothing.

    Raises:
        ConflictError: it needs what may not travel, is not there, or is in the target with other content.
        ForbiddenError: the app may not read some of it.
        RetryableError: a service is not ready.
    """
    needed = closure(root, route.dependencies, world.registries.describe)
    return tuple(_found(world, Registry(route.target.registry), each) for each in needed)


def keep(world: World, found: tuple[Found, ...]) -> tuple[Dependency, ...]:
    """Return what was found as it is approved; the manifests are kept."""
    return tuple(
        each.dependency(
            world.evidence.put(msgspec.json.encode(each.manifest)) if each.travels else "",
        )
        for each in found
    )


def makers(found: tuple[Found, ...]) -> Authors:
    """Return who made what travels along: nobody decides on what they made."""
    known = Authors()
    for each in found:
        made = each.needed.description
        if each.travels:
            known = merge(known, authors(names=(made.created_by, made.tags.get("owner", ""))))
    return known


def check(world: World, route: Route, found: tuple[Found, ...], own: Examined) -> Examined:
    """Return the asset's own answers with those of the checks over everything that travels along.

    Raises:
        RetryableError: a service is not ready.
    """
    others = tuple(_checked(world, route, each) for each in found if each.travels)
    return msgspec.structs.replace(
        own,
        results=(*own.results, *(result for each in others for result in each.results)),
        later=(*own.later, *(error for each in others for error in each.later)),
    )


def _found(world: World, target: Registry, needed: Needed) -> Found:
    if needed.way is Way.STAYS:
        return Found(needed=needed, target=needed.asset)
    there = needed.asset.moved(target)
    found = Found(
        needed=needed,
        target=there,
        manifest=world.registries.read_manifest(needed.asset),
    )
    _require_fitting(found, present_digest(world, there))
    return found


def present_digest(world: World, target: AssetRef) -> str:
    """Return the digest of what the target has there; empty when it has nothing.

    Raises:
        RetryableError: a service is not ready.
    """
    try:
        world.registries.describe(target)
        return world.registries.read_manifest(target).digest
    except NotFoundError:
        return ""


def _require_fitting(found: Found, present: str) -> None:
    target = found.target
    named = ", ".join(sorted({each.by for each in found.needed.named}))
    if present and present != found.manifest.digest:
        raise ConflictError(
            f"{named} needs {found.needed.asset.id}, and {target.home.name} has {target.label} already, "
            f"with other content: {present}, not {found.manifest.digest}.",
            "Register a version that needs another version of it.",
        )
    if not present and found.needed.way is Way.PRESENT:
        raise ConflictError(
            f"{named} needs {found.needed.asset.id}, which is not in {target.home.name}; the route lets no "
            f"{target.kind} travel along.",
            f"Promote {target.label} first, then ask again.",
        )


def _checked(world: World, route: Route, found: Found) -> Examined:
    rules = msgspec.structs.replace(route, checks=route.dependencies.checks)
    there = Destination(target=found.target, versions=world.registries.versions(found.target))
    snapshot = snapshots.take(world, rules, found.needed.description, found.manifest, there)
    examined = examine(rules.checks, snapshot)
    asset = found.needed.asset
    subject = f"{asset.kind.singular} {asset.label}"
    return msgspec.structs.replace(examined, results=tuple(_about(subject, examined.results)))


def _about(subject: str, results: tuple[CheckResult, ...]) -> Iterator[CheckResult]:
    for result in results:
        yield msgspec.structs.replace(result, name=f"{result.name} ({subject})")
