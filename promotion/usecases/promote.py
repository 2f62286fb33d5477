"""Copy what was approved, exactly; or find that it is there, has changed, or cannot be copied.

(1) The approved source is still what it was, or the approval is void.
(2) The target is asked first: the same digest is success, another one is a conflict.
(3) Files travel server-side, as far as one call gets; waiting is a hint for later, not a sleep.
(4) Only over verified files is the version created, with its lineage, and read back.
"""

import datetime as dt
import logging
from typing import Final

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import PROMOTION
from promotion.domain.assets import AssetDescription
from promotion.domain.errors import (
    BrokenError,
    ConflictError,
    NotFoundError,
    RefusedError,
    StaleError,
)
from promotion.domain.lifecycle import Opening, Step
from promotion.domain.manifest import Manifest
from promotion.domain.request import Request, State
from promotion.ports import Queue, Stored, World
from promotion.usecases import open_request, trouble
from promotion.usecases.attest import approved_manifest, attest
from promotion.usecases.hinting import hint
from promotion.usecases.migrate.carrying import carry

_log = logging.getLogger(__name__)

#: How soon an unfinished copy is looked at again.
_POLL: Final = dt.timedelta(seconds=5)


def promote(world: World, request_id: str) -> Request:
    """Bring an approved request as far as one call gets; anything else is left as it is.

    Raises:
        RetryableError: the world is not ready; the same hint may succeed later.
        StaleError: another worker moved the request in between.
    """
    stored = world.requests.get(request_id)
    if stored.request.state is State.APPROVED:
        with trouble.noted(world, request_id):
            step = _start(world, stored.request)
        stored = world.requests.save(stored, step)
        if stored.request.state is State.FAILED:
            return _finish(world, stored)
    if stored.request.state is not State.PROMOTING:
        return stored.request
    with trouble.noted(world, request_id):
        step_or_wait = _advance(world, stored)
    if step_or_wait is None:
        hint(world, Queue.PROMOTIONS, request_id, delay=_POLL)
        return stored.request
    return _finish(world, world.requests.save(stored, step_or_wait))


def _start(world: World, request: Request) -> Step:
    now = world.clock.now()
    try:
        attestation = attest(world, request)
    except (RefusedError, BrokenError) as error:
        return lifecycle.fail(request, error, actor=PROMOTION, now=now)
    return lifecycle.start_copy(request, attestation=attestation, actor=PROMOTION, now=now)


def _advance(world: World, stored: Stored) -> Step | None:
    request = stored.request
    now = world.clock.now()
    try:
        manifest = approved_manifest(world, request)
        if request.plan:
            return carry(world, request, manifest)
        # (2) Ask the target.
        if _already_there(world, request):
            return lifecycle.complete(request, already_there=True, actor=PROMOTION, now=now)
        return _copy(world, request, manifest)
    except StaleError as error:
        # (1) The approval is void. Nothing was created: the version comes last.
        return lifecycle.supersede(request, error, actor=PROMOTION, now=now)
    except (RefusedError, BrokenError) as error:
        return lifecycle.fail(request, error, actor=PROMOTION, now=now)


def _copy(world: World, request: Request, manifest: Manifest) -> Step | None:
    description = _unchanged(world, request)
    # (3) Let the files travel.
    progress = world.registries.transfer(request.asset, manifest, request.target)
    beat = msgspec.structs.replace(progress, at=world.clock.now())
    world.requests.save_progress(request.id, beat)
    if not progress.complete:
        return None
    # (4) Make it a version.
    lineage = _lineage(request)
    world.registries.create(description, manifest, request.target, lineage)
    now = world.clock.now()
    return lifecycle.complete(request, already_there=False, actor=PROMOTION, now=now)


def _already_there(world: World, request: Request) -> bool:
    try:
        world.registries.describe(request.target)
    except NotFoundError:
        return False
    present = world.registries.read_manifest(request.target)
    if present.digest == request.digest:
        return True
    raise ConflictError(
        f"{request.target.home.name} has {request.target.label} already, with other content: "
        f"{present.digest}, approved was {request.digest}.",
        "Nothing was changed. Find out who created it there, then cancel this request. "
        f"{_anew(request)}",
    )


def _anew(request: Request) -> str:
    if request.target.version == request.asset.version:
        return "Register a new version in the source and promote that one."
    return "Asked for again, it gets another version, unless a tag names this one."


def _unchanged(world: World, request: Request) -> AssetDescription:
    try:
        return world.registries.describe(request.asset)
    except NotFoundError as error:
        raise BrokenError(
            f"{request.asset.id} was approved, but is not there any more.",
            "Nothing was copied. Restore it and retry the request, or cancel it.",
        ) from error


def _lineage(request: Request) -> dict[str, str]:
    signed = {"promotion.attestation": request.attestation} if request.attestation else {}
    return signed | {
        "promotion.request": request.id,
        "promotion.route": request.route,
        "promotion.source": request.asset.id,
        "promotion.digest": request.digest,
        "promotion.policy": request.policy_hash,
        "promotion.approved_by": ",".join(sorted({each.by.oid for each in request.decisions})),
    }


def _finish(world: World, stored: Stored) -> Request:
    request = stored.request
    fields = {"request_id": request.id, "state": request.state.value, "target": request.target.id}
    _log.info("promotion ended", extra=fields)
    hint(world, Queue.DELIVERIES, request.id)
    if request.state is State.SUPERSEDED:
        open_request.succeed(world, request, Opening(actor=PROMOTION, reason="The source changed."))
    return request
