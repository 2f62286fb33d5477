"""Carry out an order: archive or restore the version, mark the one in use then, tell what brought it.

Every step can be repeated: the registry is asked for what is so already, a record that says it is not
written again, and the order is done last.
"""

import logging

from promotion.domain import lifecycle
from promotion.domain.actors import PROMOTION
from promotion.domain.errors import BrokenError, RefusedError, StaleError
from promotion.domain.lifecycle import Step, table
from promotion.domain.lifecycle.ordering import ordered
from promotion.domain.orders import REINSTATED, WITHDRAWN, Order, Verb, afterwards, in_use
from promotion.domain.request import Request, State
from promotion.domain.results import TargetVersion
from promotion.ports import Queue, Stored, World
from promotion.usecases import standing, trouble
from promotion.usecases.hinting import hint
from promotion.usecases.needed import Needs

_log = logging.getLogger(__name__)


def carry_out(world: World, stored: Stored) -> Request:
    """Carry out an approved order; one in any other state is left as it is.

    Raises:
        RetryableError: the registry is not ready.
        StaleError: another worker was faster; the hint may simply be tried again.
    """
    if stored.request.state is not State.APPROVED:
        return stored.request
    with trouble.noted(world, stored.request.id):
        step = _step(world, stored.request)
        if step.request.state is State.DONE:
            _tell_records(world, stored.request)
    request = world.requests.save(stored, step).request
    fields = {"request_id": request.id, "state": request.state.value, "target": request.target.id}
    _log.info("order ended", extra=fields)
    hint(world, Queue.DELIVERIES, request.id)
    return request


def _step(world: World, request: Request) -> Step:
    order = ordered(request)
    try:
        versions = world.registries.versions(request.target)
        then = _afterwards(world, request, order, versions)
        _amend(world, request, order, then)
    except StaleError as error:
        return lifecycle.supersede(request, error, actor=PROMOTION, now=world.clock.now())
    except (RefusedError, BrokenError) as error:
        return lifecycle.fail(request, error, actor=PROMOTION, now=world.clock.now())
    return lifecycle.carry_out(request, in_use=then, actor=PROMOTION, now=world.clock.now())


def _afterwards(
    world: World, request: Request, order: Order, versions: tuple[TargetVersion, ...]
) -> str:
    """Return the version in use then.

    Raises:
        StaleError: it is not the one that was decided on, so that the decision is void.
    """
    try:
        then = afterwards(versions, order.verb, request.target.version)
    except ValueError as error:
        raise StaleError(f"Which version is in use cannot be told any more: {error}.") from error
    own = next((each for each in versions if each.version == request.target.version), None)
    if own is None:
        raise BrokenError(f"{request.target.id} is not there any more.", "Cancel the order.")
    if own.archived is order.archives:
        # It is so already: an earlier try got this far, or somebody did it by hand.
        return then
    if order.verb is Verb.RETIRE:
        _require_outdated(world, request, own, versions)
    elif then != order.successor and not order.emergency:
        raise StaleError(
            f"Version {then or 'none'} would be in use then, not {order.successor or 'none'} as was "
            "decided.",
            "Nothing was changed. Look at the versions, and ask again.",
        )
    return then


def _require_outdated(
    world: World, request: Request, own: TargetVersion, versions: tuple[TargetVersion, ...]
) -> None:
    policy = world.policy.current()
    rule = policy.registry(request.target.home.name).retention
    if rule is None or rule.hold_tag in own.tags or in_use(versions) == own.version:
        raise StaleError(
            f"{request.target.label} stays: it is in use or held, or nothing is retired any more.",
            "Nothing was changed.",
        )
    if by := Needs(world, policy).of(request.target):
        raise StaleError(f"{request.target.label} stays: {by} needs it.", "Nothing was changed.")


def _amend(world: World, request: Request, order: Order, then: str) -> None:
    target = request.target
    mark = {WITHDRAWN: request.id if order.archives else None}
    world.registries.amend(target, archived=order.archives, tags=mark)
    if order.verb is Verb.WITHDRAW and then not in {"", order.current}:
        successor = target.moved(target.home, version=then)
        world.registries.amend(successor, tags={REINSTATED: request.id})


def _tell_records(world: World, request: Request) -> None:
    """Have whatever brought the version say what became of it."""
    order = ordered(request)
    move, transition = (
        (lifecycle.withdraw, table.WITHDRAW)
        if order.archives
        else (lifecycle.restore, table.RESTORE)
    )
    found = world.registries.describe(request.target)
    for record in standing.records(world, found):
        if record.state not in transition.sources:
            continue
        stored = world.requests.get(record.id)
        step = move(stored.request, by=request, actor=PROMOTION, now=world.clock.now())
        world.requests.save(stored, step)
        hint(world, Queue.DELIVERIES, record.id)
