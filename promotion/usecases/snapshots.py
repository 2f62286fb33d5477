"""Gather everything that a route's checks may look at. Reads only; judges nothing."""

from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.evidence import Submission
from promotion.domain.manifest import Manifest
from promotion.domain.policy import ChampionChallenger, Route
from promotion.domain.reading import FileAccess, NoFiles
from promotion.domain.results import TargetVersion
from promotion.domain.snapshot import Snapshot
from promotion.domain.versions import current
from promotion.ports import World
from promotion.usecases.settle_target import Destination


def take(
    world: World,
    route: Route,
    description: AssetDescription,
    manifest: Manifest,
    destination: Destination,
    submissions: tuple[Submission, ...] = (),
) -> Snapshot:
    """Return the snapshot for a route's checks; files are opened only when a check reads them.

    Raises:
        RetryableError: a service is not ready.
    """
    target, versions = destination.target, destination.versions
    reads = any(check.reads_files for check in route.checks)
    asset = description.ref
    return Snapshot(
        asset=description,
        manifest=manifest,
        target=target,
        target_versions=versions,
        now=world.clock.now(),
        files=world.registries.open_files(asset, manifest) if reads else NoFiles(),
        champion_files=_champion_files(world, route, target, versions),
        submissions=submissions,
        outside=world.outside,
    )


def _champion_files(
    world: World,
    route: Route,
    target: AssetRef,
    versions: tuple[TargetVersion, ...],
) -> FileAccess:
    wanted = any(
        check.reads_files for check in route.checks if isinstance(check, ChampionChallenger)
    )
    if not wanted:
        return NoFiles()
    try:
        champion = current(versions, besides=target.version)
    except ValueError:
        # Which one is in use cannot be told: the check says so.
        return NoFiles()
    if champion is None:
        return NoFiles()
    return world.registries.open_files(target.moved(target.home, version=champion.version))
