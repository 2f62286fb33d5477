"""Tell what would happen to an asset on its way, checks included, without writing anything."""

from enum import StrEnum

import msgspec

from promotion.domain.approvals import Authors, authors, merge
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.dependencies import Dependency
from promotion.domain.errors import NotFoundError
from promotion.domain.manifest import Manifest
from promotion.domain.policy import StageSpec
from promotion.domain.results import CheckResult, TargetVersion
from promotion.domain.snapshot import Snapshot
from promotion.domain.versions import current
from promotion.ports import World
from promotion.usecases import needs, settle_target, snapshots
from promotion.usecases.examine import Examined, examine
from promotion.usecases.forecast import Forecast, foresee
from promotion.usecases.settle_target import Destination, Traveller


class Prospect(StrEnum):
    """Where validation would bring a request now."""

    #: People would be asked.
    PENDING = "pending"
    #: A check fails.
    REFUSED = "refused"
    #: Evidence is missing.
    WAITING = "waiting"
    #: A check cannot be carried out.
    ERRORED = "errored"


class Effect(StrEnum):
    """What the promotion would do to the target."""

    #: A new version.
    CREATE = "create"
    #: Nothing: the very same files are there.
    NOTHING = "nothing"
    #: Nothing: the version is there with other files, which a person has to see.
    CONFLICT = "conflict"
    #: Nothing: which version it would be is not known.
    UNSETTLED = "unsettled"


class TargetEffect(msgspec.Struct, frozen=True, kw_only=True):
    """What would change at the target."""

    effect: Effect
    #: The version in use now, which the new one would replace; empty when there is none.
    replaces: str


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What would happen to one asset on one route, now."""

    forecast: Forecast
    verdict: Prospect
    checks: tuple[CheckResult, ...]
    stages: tuple[StageSpec, ...]
    #: Who may not decide, as far as known: makers and requesters.
    made_by: Authors
    digest: str
    #: Files and bytes that would be copied.
    files: int
    bytes: int
    target: TargetEffect
    #: What it needs, what is needed before what needs it.
    dependencies: tuple[Dependency, ...]


def explain(world: World, asset: AssetRef, route: str = "") -> Explanation:
    """Return what a request for the asset would come to; reads every file, writes nothing.

    Raises:
        ConflictError: no route takes the asset, or several do and none was named; it needs what may not travel.
        NotFoundError: the asset is not in the route's source (yet).
        ForbiddenError: the app may not read it.
        RetryableError: a service is not ready.
    """
    seen = foresee(world, asset, route)
    travelling = seen.journey.asset
    description = world.registries.describe(travelling)
    manifest = world.registries.read_manifest(travelling)
    rules = world.policy.current().route(seen.journey.route)
    needed = needs.find(world, rules, description)
    there = _destination(world, seen, description, manifest)
    snapshot = _snapshot(world, seen, description, manifest, there)
    own = examine(rules.checks, snapshot, there.check)
    examined = needs.check(world, rules, needed, own)
    maker = authors(names=(description.created_by, description.tags.get("owner", "")))
    return Explanation(
        forecast=msgspec.structs.replace(seen, target=there.target),
        verdict=_verdict(examined),
        checks=examined.results,
        stages=seen.stages,
        made_by=merge(maker, needs.makers(needed)),
        digest=manifest.digest,
        files=len(manifest.files),
        bytes=manifest.size,
        target=_effect(world, there.target, manifest, there.versions),
        dependencies=tuple(each.dependency() for each in needed),
    )


def _destination(
    world: World, seen: Forecast, description: AssetDescription, manifest: Manifest
) -> Destination:
    if seen.target.version and not seen.would_create:
        # Settled by the request that is there already.
        return Destination(target=seen.target, versions=world.registries.versions(seen.target))
    request_id = seen.existing.id if seen.existing else ""
    traveller = Traveller(asset=description, manifest=manifest, request_id=request_id)
    route = world.policy.current().route(seen.journey.route)
    return settle_target.foresee(world, route, traveller)


def _snapshot(
    world: World,
    seen: Forecast,
    description: AssetDescription,
    manifest: Manifest,
    there: Destination,
) -> Snapshot:
    route = world.policy.current().route(seen.journey.route)
    submitted = seen.existing.evidence if seen.existing else ()
    return snapshots.take(world, route, description, manifest, there, submitted)


def _verdict(examined: Examined) -> Prospect:
    if examined.passed:
        return Prospect.PENDING
    if examined.failed:
        return Prospect.REFUSED
    return Prospect.ERRORED if examined.broken else Prospect.WAITING


def _effect(
    world: World,
    target: AssetRef,
    manifest: Manifest,
    versions: tuple[TargetVersion, ...],
) -> TargetEffect:
    try:
        champion = current(versions, besides=target.version)
    except ValueError:
        champion = None
    return TargetEffect(
        effect=_on_version(world, target, manifest) if target.version else Effect.UNSETTLED,
        replaces=champion.version if champion else "",
    )


def _on_version(world: World, target: AssetRef, manifest: Manifest) -> Effect:
    try:
        world.registries.describe(target)
        present = world.registries.read_manifest(target)
    except NotFoundError:
        return Effect.CREATE
    return Effect.NOTHING if present.digest == manifest.digest else Effect.CONFLICT
