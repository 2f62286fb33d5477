"""Bring what an asset needs to its target, what is needed first going first; as exactly as the asset itself."""

import datetime as dt
import hashlib
from typing import Final

import msgspec

from promotion.domain.dependencies import Dependency, Way
from promotion.domain.errors import BrokenError, ConflictError
from promotion.domain.manifest import Manifest
from promotion.domain.naming import written_for
from promotion.domain.progress import Progress
from promotion.domain.ready import ready
from promotion.domain.request import Request
from promotion.ports import World
from promotion.usecases import arriving

#: After so long one call begins with no further asset: the platform ends a function after 30 minutes.
_CALL: Final = dt.timedelta(minutes=5)
_ANOTHER: Final = (
    "Nothing was changed. Find out who created it there, then cancel this request. Register a version "
    "that needs another version of it."
)


def bring(world: World, request: Request) -> bool:
    """Bring everything that a request's asset needs as far as one call gets; return whether all is there.

    Repeating it goes on where the last call ended; what has arrived is not looked at again.

    Raises:
        StaleError: one of them is not what was approved any more.
        ConflictError: the target has one with other content, or lacks one that had to be there.
        BrokenError: one of them, or its manifest, is gone.
        RetryableError: a service is not ready.
    """
    if not request.dependencies:
        return True
    done = world.requests.progress(request.id).brought
    until = world.clock.now() + _CALL
    for each in request.dependencies:
        if each.way is Way.STAYS or _mark(each) in done:
            continue
        if world.clock.now() >= until:
            return False
        if not _is_there(world, each) and not _copy(world, request, each, done):
            return False
        done = (*done, _mark(each))
        world.requests.save_progress(request.id, _so_far(world, request, done))
    return True


def beat(world: World, request: Request, progress: Progress) -> Progress:
    """Return how far the whole is while the request's own asset is `progress` far."""
    if not request.dependencies:
        return msgspec.structs.replace(progress, at=world.clock.now())
    done = tuple(_mark(each) for each in request.dependencies if each.way is not Way.STAYS)
    return _so_far(world, request, done, progress)


def _is_there(world: World, dependency: Dependency) -> bool:
    target = dependency.target

    def approved() -> Manifest | None:
        return _approved(world, dependency) if dependency.travels else None

    if arriving.already_there(world, target, dependency.digest, approved, _ANOTHER) is not None:
        return True
    if dependency.travels:
        return False
    raise ConflictError(
        f"{target.home.name} had {target.label} when it was approved, and has it no more.",
        f"Promote {target.label} again, then retry this request.",
    )


def _copy(
    world: World,
    request: Request,
    dependency: Dependency,
    done: tuple[str, ...],
) -> bool:
    asset, target = dependency.asset, dependency.target
    manifest = _approved(world, dependency)
    description = arriving.approved_source(world, asset, dependency.described)
    progress = world.registries.transfer(asset, manifest, target)
    if not progress.complete:
        world.requests.save_progress(request.id, _so_far(world, request, done, progress))
        return False
    world.registries.create(
        arriving.told(request, written_for(description, request.dependencies)),
        manifest,
        target,
        arriving.lineage(request, asset, dependency.digest),
    )
    return True


def _approved(world: World, dependency: Dependency) -> Manifest:
    manifest = msgspec.json.decode(world.evidence.get(dependency.manifest), type=ready(Manifest))
    if manifest.digest != dependency.digest:
        raise BrokenError(
            f"The kept manifest of {dependency.asset.id} has the digest {manifest.digest}, approved was "
            f"{dependency.digest}.",
            "Nothing was copied. Have an operator look at the evidence container.",
        )
    return manifest


def _mark(dependency: Dependency) -> str:
    # Not the id: a hundred long ones are more than a row's property holds.
    return hashlib.sha256(dependency.asset.id.encode()).hexdigest()[:16]


def _so_far(
    world: World,
    request: Request,
    done: tuple[str, ...],
    now: Progress | None = None,
) -> Progress:
    there = [each for each in request.dependencies if each.travels and _mark(each) in done]
    now = now or Progress()
    return Progress(
        files=request.all_files,
        files_done=sum(each.files for each in there) + now.files_done,
        bytes=request.all_bytes,
        bytes_done=sum(each.size for each in there) + now.bytes_done,
        at=world.clock.now(),
        brought=done,
    )
