"""Show on its request that work on it was given up, and why. A poison queue that nobody reads helps nobody."""

import logging

from promotion.domain import lifecycle
from promotion.domain.actors import SWEEP
from promotion.domain.errors import (
    BrokenError,
    DamagedError,
    NotFoundError,
    PromotionError,
    StaleError,
)
from promotion.domain.request import Request
from promotion.ports import Poisoned, Queue, World
from promotion.usecases.hinting import hint

_log = logging.getLogger(__name__)

_WORK = {
    Queue.VALIDATIONS: "Looking at the asset",
    Queue.PROMOTIONS: "Copying the asset",
    Queue.DELIVERIES: "Telling what happened",
}


def report_poison(world: World) -> tuple[str, ...]:
    """Report every hint that was given up, then take it off; return what could not be reported, and why.

    One that cannot be reported keeps no other from it: it stays, and is looked at again.
    """
    problems: list[str] = []
    for poisoned in world.hints.poisoned():
        try:
            _report(world, poisoned)
            world.hints.forget(poisoned)
        except PromotionError as error:
            problems.append(f"{poisoned.request_id}: {error}")
    return tuple(problems)


def _report(world: World, poisoned: Poisoned) -> None:
    fields = {"request_id": poisoned.request_id, "queue": poisoned.queue.value}
    _log.error("work on a request was given up", extra=fields)
    try:
        stored = world.requests.get(poisoned.request_id)
        error = _problem(world, poisoned)
        if stored.request.state.terminal or _shown(stored.request, error):
            return
        now = world.clock.now()
        step = lifecycle.report_problem(stored.request, error, actor=SWEEP, now=now)
        world.requests.save(stored, step)
    except (NotFoundError, StaleError):
        # No such request, or one that moves on: then there is nothing to complain about.
        return
    except DamagedError as error:
        # Nothing can be written to it: the list of requests shows it as damaged, the log says why.
        _log.exception("given up on a damaged request", extra={**fields, "reason": str(error)})
        return
    hint(world, Queue.DELIVERIES, poisoned.request_id)


def _problem(world: World, poisoned: Poisoned) -> BrokenError:
    trouble = world.requests.progress(poisoned.request_id).trouble
    return BrokenError(
        f"{_WORK[poisoned.queue]} failed several times in a row"
        + (f": {trouble}" if trouble else "."),
        "It is tried again every few minutes; an operator should look at the cause.",
    )


def _shown(request: Request, error: BrokenError) -> bool:
    return request.problem is not None and request.problem.message == error.problem
