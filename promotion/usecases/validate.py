"""Look at a request's asset: read its files, run the checks, ask people or refuse."""

import datetime as dt
import logging
from typing import Final

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import VALIDATION
from promotion.domain.approvals import authors, merge
from promotion.domain.errors import (
    BrokenError,
    ForbiddenError,
    NotFoundError,
    RefusedError,
    RetryableError,
)
from promotion.domain.lifecycle import Examination, Step
from promotion.domain.origins import origin_of
from promotion.domain.policy import Journey, Route, route_of
from promotion.domain.request import Request, State
from promotion.ports import Queue, Stored, World
from promotion.usecases import needs, snapshots, trouble, waiting
from promotion.usecases.examine import Examined, examine
from promotion.usecases.hinting import hint
from promotion.usecases.migrate.gathering import gather
from promotion.usecases.migrate.walking import POLL
from promotion.usecases.settle_target import Traveller, settle

_log = logging.getLogger(__name__)

#: How often a check that breaks is carried out before the request is given up: as often as the queue tries.
_TRIES: Final = 5
#: A hint further ahead is left to the sweep; queues keep messages for days at most.
_FAR: Final = dt.timedelta(hours=1)


def validate(world: World, request_id: str) -> Request:
    """Bring a received request to its verdict; anything else about it is left as it is.

    Raises:
        StaleError: another worker moved the request in between; the hint may simply be tried again.
        RetryableError: a service is not ready, or a check could not be carried out.
    """
    stored = world.requests.get(request_id)
    now = world.clock.now()
    if _deferred(stored.request, now):
        return stored.request
    if stored.request.state is State.RECEIVED:
        step = lifecycle.start_validation(stored.request, actor=VALIDATION, now=now)
        stored = world.requests.save(stored, step)
    if stored.request.state is not State.VALIDATING:
        return stored.request
    with trouble.noted(world, request_id):
        verdict = _verdict(world, stored)
    if verdict is None:
        hint(world, Queue.VALIDATIONS, request_id, delay=POLL)
        return stored.request
    saved = world.requests.save(stored, verdict)
    _log.info(
        "request validated",
        extra={"request_id": request_id, "state": saved.request.state.value},
    )
    _hint(world, saved.request)
    return saved.request


def _verdict(world: World, stored: Stored) -> Step | None:
    request = stored.request
    if request.plan:
        return gather(world, request)
    policy = world.policy.current()
    try:
        route = route_of(policy, Journey(route=request.route, asset=request.asset))
        description = world.registries.describe(request.asset)
        manifest = world.registries.read_manifest(request.asset)
        needed = needs.find(world, route, description)
    except (NotFoundError, ForbiddenError) as error:
        # Neither is the asset's fault: it may come, and a missing role may be given.
        return waiting.wait_or_refuse(world, request, error)
    except RefusedError as error:
        now = world.clock.now()
        return lifecycle.refuse(request, error=error, actor=VALIDATION, now=now)
    traveller = Traveller(asset=description, manifest=manifest, request_id=request.id)
    there = settle(world, route, traveller)
    snapshot = snapshots.take(world, route, description, manifest, there, request.evidence)
    own = examine(route.checks, snapshot, there.check)
    examined = needs.check(world, route, needed, own)
    maker = authors(names=(description.created_by, description.tags.get("owner", "")))
    found = Examination(
        target=there.target,
        manifest=manifest,
        manifest_at=world.evidence.put(msgspec.json.encode(manifest)),
        checks=examined.results,
        # Kept under its hash: whoever verifies the trail judges by this very policy.
        policy_hash=world.evidence.put(policy.canonical),
        made_by=merge(maker, needs.makers(needed)),
        described=description.digest,
        came_from=origin.id if (origin := origin_of(description)) else "",
        dependencies=needs.keep(world, needed),
    )
    return _judged(world, request, route, examined, found)


def _judged(
    world: World,
    request: Request,
    route: Route,
    examined: Examined,
    found: Examination,
) -> Step:
    now = world.clock.now()
    if examined.passed:
        return lifecycle.request_approval(request, route, found, actor=VALIDATION, now=now)
    if examined.failed or not examined.results:
        return lifecycle.refuse(request, found, actor=VALIDATION, now=now)
    if examined.broken:
        return _given_up(world, request, examined, found)
    return waiting.wait_for_evidence(request, examined, found, now=now)


def _given_up(world: World, request: Request, examined: Examined, found: Examination) -> Step:
    told = "; ".join(f"{each.name}: {each.summary}" for each in examined.broken)
    if examined.later:
        # The world is not ready: that says nothing about the asset and is not counted.
        pauses = [error.after for error in examined.later if error.after is not None]
        raise RetryableError(f"Checks wait: {told}", after=max(pauses, default=None))
    progress = world.requests.progress(request.id)
    tries = progress.tries + 1
    world.requests.save_progress(request.id, msgspec.structs.replace(progress, tries=tries))
    if tries < _TRIES:
        raise RetryableError(f"Checks could not be carried out (try {tries} of {_TRIES}): {told}")
    error = BrokenError(
        f"Checks could not be carried out in {_TRIES} tries: {told}",
        "This is not the asset's fault. Mend the check and ask for the promotion again.",
    )
    now = world.clock.now()
    return lifecycle.refuse(request, found, error=error, actor=VALIDATION, now=now)


def _deferred(request: Request, now: dt.datetime) -> bool:
    # A stray hint before the time: acting on it would start a second series of waits.
    waits = request.state is State.RECEIVED and request.problem is not None
    return waits and request.due_at is not None and request.due_at > now


def _hint(world: World, request: Request) -> None:
    if request.state is State.RECEIVED and request.due_at is not None:
        delay = request.due_at - world.clock.now()
        if delay < _FAR:
            hint(world, Queue.VALIDATIONS, request.id, delay=delay)
    hint(world, Queue.DELIVERIES, request.id)
