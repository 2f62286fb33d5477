"""Have a failed promotion tried again; the approval still holds, so nobody is asked anew."""

import logging

from promotion.domain import lifecycle
from promotion.domain.errors import StaleError
from promotion.domain.facts import FactType
from promotion.domain.request import Request, State
from promotion.ports import Queue, World
from promotion.usecases import access
from promotion.usecases.hinting import hint
from promotion.usecases.wish import Wish, require_seen, was_granted

_log = logging.getLogger(__name__)


def retry(world: World, request_id: str, wish: Wish) -> Request:
    """Send a failed request to its copy again; the same wish again is answered with what there is.

    Raises:
        NotFoundError: there is no such request.
        ForbiddenError: the person is no operator.
        StaleError: the request moved in between, or the wish names another revision.
        ConflictError: the request has not failed.
    """
    stored = world.requests.get(request_id)
    access.require_operator(wish.person)
    if _granted(world, stored.request, wish):
        return stored.request
    require_seen(stored.request, wish)
    step = lifecycle.retry(
        stored.request,
        person=wish.person,
        reason=wish.reason,
        now=world.clock.now(),
    )
    try:
        request = world.requests.save(stored, step).request
    except StaleError:
        # Failed requests move by people alone: another operator was faster, or our own answer was lost.
        request = world.requests.get(request_id).request
        if not _granted(world, request, wish):
            raise
    _log.info("promotion retried", extra={"request_id": request_id})
    hint(world, Queue.PROMOTIONS, request_id)
    hint(world, Queue.DELIVERIES, request_id)
    return request


def _granted(world: World, request: Request, wish: Wish) -> bool:
    # In FAILED a wish like an earlier one is a new one: it failed again since.
    if request.state not in {State.APPROVED, State.PROMOTING, State.PROMOTED}:
        return False
    return was_granted(world, request, wish, FactType.PROMOTION_RETRIED)
