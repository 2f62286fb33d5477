"""Look at every request whose time has come and do what its row says should have been done.

Hints can be lost, doubled or late; this is what makes that harmless. Each visit is safe to repeat and
to run twice at once: it acts through the same conditional writes as everything else.
"""

import datetime as dt
import logging

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import SWEEP
from promotion.domain.errors import NotFoundError, PromotionError, StaleError
from promotion.domain.lifecycle import STALL, Opening, Step
from promotion.domain.request import Request, State
from promotion.domain.timers import Bell
from promotion.ports import LOOK_AFTER, Queue, Stored, Watch, World
from promotion.usecases import deliver, open_request
from promotion.usecases.hinting import hint
from promotion.usecases.report_poison import report_poison

_log = logging.getLogger(__name__)


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """What one sweep came to."""

    visited: int
    #: Requests that could not be looked at, with the reason; the others went on.
    problems: tuple[str, ...] = ()


def sweep(world: World) -> Swept:
    """Visit what is due; one request's trouble never keeps another from being visited.

    Raises:
        Exception: a defect of ours that a request showed, once all others were visited.
    """
    problems = _report_poison(world)
    defects: list[Exception] = []
    watches = world.requests.due(world.clock.now())
    for watch in watches:
        fields = {"request_id": watch.request_id}
        try:
            _visit(world, watch)
        except PromotionError as error:
            problems.append(f"{watch.request_id}: {error}")
            _log.warning("request could not be visited", extra={**fields, "reason": str(error)})
        except Exception as error:  # noqa: BLE001 -- raised below: the others' clocks must not stop for it
            _log.error("a request shows a defect", extra=fields)
            defects.append(error)
    if defects:
        raise defects[0]
    return Swept(visited=len(watches), problems=tuple(problems))


def _report_poison(world: World) -> list[str]:
    try:
        return list(report_poison(world))
    except PromotionError as error:
        _log.warning("poison queues could not be read", extra={"reason": str(error)})
        return [str(error)]


def _visit(world: World, watch: Watch) -> None:
    now = world.clock.now()
    try:
        stored = world.requests.get(watch.request_id)
    except NotFoundError:
        # Its writer died before the request itself was stored; whoever asked was told so.
        world.requests.settle(watch, None, look_again=None)
        return
    request = _act(world, stored, now)
    world.requests.settle(watch, request, look_again=_next_look(world, request, now))


def _act(world: World, stored: Stored, now: dt.datetime) -> Request:
    request = stored.request
    if _stands_still(world, request, now):
        match request.state:
            case State.RECEIVED | State.VALIDATING:
                hint(world, Queue.VALIDATIONS, request.id)
            case State.APPROVED | State.PROMOTING:
                hint(world, Queue.PROMOTIONS, request.id)
            case State.PENDING:
                request = _ring(world, stored, now)
            case _:
                pass
    if request.state is State.SUPERSEDED and request.order is None:
        open_request.succeed(world, request, Opening(actor=SWEEP, reason="The source changed."))
    if _undelivered(world, request):
        hint(world, Queue.DELIVERIES, request.id)
    return request


def _stands_still(world: World, request: Request, now: dt.datetime) -> bool:
    if request.due_at is None or request.due_at > now:
        return False
    if request.state not in {State.PROMOTING, State.VALIDATING}:
        return True
    # A long copy, or migration, moves its progress, not its state; a second series of hints would only race it.
    last = world.requests.progress(request.id).at
    return last is None or last + STALL <= now


def _ring(world: World, stored: Stored, now: dt.datetime) -> Request:
    step = _due_step(stored.request, now)
    if step is None:
        return stored.request
    try:
        return world.requests.save(stored, step).request
    except StaleError:
        # Somebody decided in this very moment; that stands.
        return world.requests.get(stored.request.id).request


def _due_step(request: Request, now: dt.datetime) -> Step | None:
    bell = request.timers.ringing(now) if request.timers else Bell.EXPIRE
    match bell:
        case Bell.EXPIRE:
            return lifecycle.expire(request, actor=SWEEP, now=now)
        case Bell.ESCALATE:
            return lifecycle.escalate(request, actor=SWEEP, now=now)
        case Bell.REMIND:
            return lifecycle.remind(request, actor=SWEEP, now=now)
        case _:
            return None


def _next_look(world: World, request: Request, now: dt.datetime) -> dt.datetime | None:
    if _undelivered(world, request):
        return now + LOOK_AFTER
    if request.due_at is None:
        return None
    return max(request.due_at, now + _patience(request, now))


def _patience(request: Request, now: dt.datetime) -> dt.timedelta:
    # The longer nothing has moved, the rarer the looks: a long queue must not be made longer by hints.
    return max(LOOK_AFTER, (now - request.updated_at) / 2)


def _undelivered(world: World, request: Request) -> bool:
    return deliver.undelivered(world, request, world.requests.delivered(request.id))
