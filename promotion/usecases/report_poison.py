"""Show on its request that work on it was given up, and why. A poison queue that nobody reads helps nobody."""

import logging

from promotion.domain import lifecycle
from promotion.domain.actors import SWEEP
from promotion.domain.errors import BrokenError, NotFoundError, StaleError
from promotion.domain.request import Request
from promotion.ports import Poisoned, Queue, World
from promotion.usecases.hinting import hint

_log = logging.getLogger(__name__)

_WORK = {
    Queue.VALIDATIONS: "Looking at the asset",
    Queue.PROMOTIONS: "Copying the asset",
    Queue.DELIVERIES: "Telling what happened",
}


def report_poison(world: World) -> int:
    """Report every hint that was given up, then take it off; return how many there were."""
    given_up = world.hints.poisoned()
    for poisoned in given_up:
        _report(world, poisoned)
        world.hints.forget(poisoned)
    return len(given_up)


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
