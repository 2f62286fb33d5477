"""Copy what was approved, exactly; or find that it is there, has changed, or cannot be copied.

(1) The approved source is still what it was, or the approval is void.
(2) What the asset needs goes first, each in these same steps.
(3) The target is asked first: the same digest is success, another one is a conflict.
(4) Files travel server-side, as far as one call gets; waiting is a hint for later, not a sleep.
(5) Only over verified files is the version created, with its lineage, and read back.
"""

import datetime as dt
import logging
from typing import Final

from promotion.domain import lifecycle
from promotion.domain.actors import PROMOTION
from promotion.domain.errors import BrokenError, ConflictError, RefusedError, StaleError
from promotion.domain.lifecycle import Opening, Step
from promotion.domain.manifest import Manifest
from promotion.domain.naming import written_for
from promotion.domain.request import Request, State
from promotion.ports import Queue, Stored, World
from promotion.usecases import arriving, open_request, trouble
from promotion.usecases.attest import approved_manifest, attest
from promotion.usecases.bring import beat, bring
from promotion.usecases.carry_out import carry_out
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
    if stored.request.order is not None:
        return carry_out(world, stored)
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
        # (2) Bring what it needs.
        if not bring(world, request):
            return None
        # (3) Ask the target.
        if _already_there(world, request, manifest):
            return lifecycle.complete(request, already_there=True, actor=PROMOTION, now=now)
        return _copy(world, request, manifest)
    except StaleError as error:
        # (1) The approval is void. Nothing was created: the version comes last.
        return lifecycle.supersede(request, error, actor=PROMOTION, now=now)
    except (RefusedError, BrokenError) as error:
        return lifecycle.fail(request, error, actor=PROMOTION, now=now)


def _copy(world: World, request: Request, manifest: Manifest) -> Step | None:
    description = arriving.approved_source(world, request.asset, request.described)
    # (4) Let the files travel.
    progress = world.registries.transfer(request.asset, manifest, request.target)
    world.requests.save_progress(request.id, beat(world, request, progress))
    if not progress.complete:
        return None
    # (5) Make it a version.
    told = arriving.told(request, written_for(description, request.dependencies))
    lineage = arriving.lineage(request, request.asset, request.digest)
    world.registries.create(told, manifest, request.target, lineage)
    now = world.clock.now()
    return lifecycle.complete(request, already_there=False, actor=PROMOTION, now=now)


def _already_there(world: World, request: Request, manifest: Manifest) -> bool:
    remedy = (
        "Nothing was changed. Find out who created it there, then cancel this request. "
        f"{_anew(request)}"
    )
    target = request.target
    found = arriving.already_there(world, target, request.digest, lambda: manifest, remedy)
    if found is not None and found.archived:
        raise ConflictError(
            f"{target.home.name} has {target.label} already, with the very same files, but archived.",
            "Nothing was changed: what was withdrawn comes back by a restoration alone. Have it restored, "
            f"then retry this request; or cancel it. {_anew(request)}",
        )
    if found is not None:
        arriving.require_as_approved(world, request, found, remedy)
    return found is not None


def _anew(request: Request) -> str:
    if request.target.version == request.asset.version:
        return "Register a new version in the source and promote that one."
    return "Asked for again, it gets another version, unless a tag names this one."


def _finish(world: World, stored: Stored) -> Request:
    request = stored.request
    fields = {"request_id": request.id, "state": request.state.value, "target": request.target.id}
    _log.info("promotion ended", extra=fields)
    hint(world, Queue.DELIVERIES, request.id)
    if request.state is State.SUPERSEDED:
        open_request.succeed(world, request, Opening(actor=PROMOTION, reason="The source changed."))
    return request
