"""Look at a request's asset: read its files, run the checks, ask people or refuse."""

import datetime as dt
import logging

import msgspec

from promotion.checks import registry
from promotion.domain import lifecycle
from promotion.domain.actors import VALIDATION
from promotion.domain.approvals import authors
from promotion.domain.assets import AssetDescription
from promotion.domain.errors import ForbiddenError, NotFoundError, RefusedError
from promotion.domain.lifecycle import Examination, Step
from promotion.domain.manifest import Manifest
from promotion.domain.policy import Route
from promotion.domain.request import Request, State
from promotion.domain.snapshot import Snapshot
from promotion.ports import Queue, Stored, World
from promotion.usecases import trouble, waiting
from promotion.usecases.hinting import hint

_log = logging.getLogger(__name__)


def validate(world: World, request_id: str) -> Request:
    """Bring a received request to its verdict; anything else about it is left as it is.

    Raises:
        StaleError: another worker moved the request in between; the hint may simply be tried again.
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
    saved = world.requests.save(stored, verdict)
    _log.info(
        "request validated",
        extra={"request_id": request_id, "state": saved.request.state.value},
    )
    _hint(world, saved.request)
    return saved.request


def _verdict(world: World, stored: Stored) -> Step:
    request = stored.request
    policy = world.policy.current()
    try:
        route = policy.route(request.route)
        description = world.registries.describe(request.asset)
        manifest = world.registries.read_manifest(request.asset)
    except (NotFoundError, ForbiddenError) as error:
        # Neither is the asset's fault: it may come, and a missing role may be given.
        return waiting.wait_or_refuse(world, request, error)
    except RefusedError as error:
        now = world.clock.now()
        return lifecycle.refuse(request, error=error, actor=VALIDATION, now=now)
    return _judge(world, request, route, description, manifest, policy.hash)


def _judge(
    world: World,
    request: Request,
    route: Route,
    description: AssetDescription,
    manifest: Manifest,
    policy_hash: str,
) -> Step:
    snapshot = Snapshot(
        asset=description,
        manifest=manifest,
        target=request.target,
        target_versions=world.registries.versions(request.target),
        now=world.clock.now(),
    )
    found = Examination(
        manifest=manifest,
        manifest_at=world.evidence.put(msgspec.json.encode(manifest)),
        checks=registry.run_all(route.checks, snapshot),
        policy_hash=policy_hash,
        made_by=authors(names=(description.created_by, description.tags.get("owner", ""))),
    )
    now = world.clock.now()
    if registry.all_passed(found.checks):
        return lifecycle.request_approval(request, route, found, actor=VALIDATION, now=now)
    return lifecycle.refuse(request, found, actor=VALIDATION, now=now)


def _deferred(request: Request, now: dt.datetime) -> bool:
    # A stray hint before the time: acting on it would start a second series of waits.
    waits = request.state is State.RECEIVED and request.problem is not None
    return waits and request.due_at is not None and request.due_at > now


def _hint(world: World, request: Request) -> None:
    if request.state is State.RECEIVED and request.due_at is not None:
        delay = request.due_at - world.clock.now()
        hint(world, Queue.VALIDATIONS, request.id, delay=delay)
    hint(world, Queue.DELIVERIES, request.id)
