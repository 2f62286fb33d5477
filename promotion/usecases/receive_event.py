"""Take a model registration: open its requests, or keep what can never become one.

Event Grid delivers again whatever is not answered with success, so an event that no repetition can mend
is accepted, kept as a dead letter and logged; an event that only came at a bad time is not accepted.
"""

import logging

from promotion.domain.actors import EVENT_GRID
from promotion.domain.announcement import Announcement, announced_asset, content_of
from promotion.domain.errors import InvalidError
from promotion.domain.facts import traceparent
from promotion.domain.lifecycle import Opening
from promotion.ports import World
from promotion.usecases.open_request import Opened, announce

_log = logging.getLogger(__name__)


def receive_event(world: World, event: Announcement, *, trace: str = "") -> tuple[Opened, ...]:
    """Open a request on every route that the registration sets off.

    Raises:
        RetryableError, BrokenError: not taken; the event must be delivered again.
    """
    try:
        asset = announced_asset(event)
    except InvalidError as error:
        _keep(world, "event", event, str(error))
        return ()
    opened = announce(world, asset, Opening(actor=EVENT_GRID, trace=traceparent(trace)))
    if not opened:
        _keep(world, "unrouted", event, f"No route of the policy takes {asset.id}.")
    return opened


def _keep(world: World, kind: str, event: Announcement, reason: str) -> None:
    content = content_of(event)
    place = world.dead_letters.keep(kind, content, reason=reason, at=world.clock.now())
    _log.warning("event kept as dead letter", extra={"reason": reason, "place": place})
