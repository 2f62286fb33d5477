"""Take a request back, before it was decided or after it failed."""

import logging

from promotion.domain import lifecycle
from promotion.domain.errors import StaleError
from promotion.domain.request import Request, State
from promotion.ports import Queue, World
from promotion.usecases import access
from promotion.usecases.hinting import hint
from promotion.usecases.wish import ATTEMPTS, Wish, granted_by, require_seen

_log = logging.getLogger(__name__)


def cancel(world: World, request_id: str, wish: Wish) -> Request:
    """Cancel the request and return it; the same wish again is answered with what there is.

    Raises:
        NotFoundError: there is no such request.
        ForbiddenError: the person neither asked for it nor is an operator.
        StaleError: the wish names another revision than the present one.
        ConflictError: the request cannot be cancelled any more.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _cancel(world, request_id, wish)
        except StaleError:
            if wish.revision is not None:
                raise
    return _cancel(world, request_id, wish)


def _cancel(world: World, request_id: str, wish: Wish) -> Request:
    stored = world.requests.get(request_id)
    access.require_canceller(wish.person, stored.request)
    if _granted(world, stored.request, wish):
        return stored.request
    require_seen(stored.request, wish)
    step = lifecycle.cancel(
        stored.request,
        person=wish.person,
        reason=wish.reason,
        now=world.clock.now(),
    )
    request = world.requests.save(stored, step).request
    _log.info("request cancelled", extra={"request_id": request_id})
    hint(world, Queue.DELIVERIES, request_id)
    return request


def _granted(world: World, request: Request, wish: Wish) -> bool:
    if request.state is not State.CANCELLED:
        return False
    last = world.requests.facts(request.id, after=request.revision - 1)
    return any(granted_by(fact, wish) for fact in last)
