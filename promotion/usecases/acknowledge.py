"""Take note of a version that came past every request, so that it need not be told any more."""

import logging

from promotion.domain import lifecycle
from promotion.domain.actors import alike
from promotion.domain.errors import InvalidError, StaleError
from promotion.domain.facts import FactType
from promotion.domain.request import Request, State
from promotion.ports import Queue, World
from promotion.usecases import access
from promotion.usecases.hinting import hint
from promotion.usecases.wish import Wish, require_seen, was_granted

_log = logging.getLogger(__name__)


def acknowledge(world: World, request_id: str, wish: Wish) -> Request:
    """Record that an operator knows of a bypass, and why it may stay; the same wish again changes nothing.

    Raises:
        NotFoundError: there is no such record.
        ForbiddenError: the person is no operator.
        InvalidError: there is no reason.
        StaleError: it moved in between, or the wish names another revision.
        ConflictError: it is no bypass, or another operator has taken note of it.
    """
    stored = world.requests.get(request_id)
    access.require_operator(wish.person)
    if not alike(wish.reason):
        raise InvalidError(
            "A reason is needed.", "Say who created the version, and why it may stay."
        )
    if _granted(world, stored.request, wish):
        return stored.request
    require_seen(stored.request, wish)
    now = world.clock.now()
    step = lifecycle.acknowledge(stored.request, person=wish.person, reason=wish.reason, now=now)
    try:
        request = world.requests.save(stored, step).request
    except StaleError:
        request = world.requests.get(request_id).request
        if not _granted(world, request, wish):
            raise
    _log.warning("bypass acknowledged", extra={"request_id": request_id})
    hint(world, Queue.DELIVERIES, request_id)
    return request


def _granted(world: World, request: Request, wish: Wish) -> bool:
    if request.state is not State.ACKNOWLEDGED:
        return False
    return was_granted(world, request, wish, FactType.BYPASS_ACKNOWLEDGED)
