"""Transitions of what brought a version, after it has arrived: withdrawn, restored, or taken note of."""

import datetime as dt

from promotion.domain.actors import Actor, Person, acting
from promotion.domain.facts import FactType
from promotion.domain.lifecycle import table
from promotion.domain.lifecycle.ordering import ordered
from promotion.domain.lifecycle.step import Step, moved, require, step
from promotion.domain.request import Request, State


def withdraw(request: Request, *, by: Request, actor: Actor, now: dt.datetime) -> Step:
    """The version that the request brought is archived, because of the order `by`."""
    require(request, "be withdrawn", table.WITHDRAW)
    after = moved(request, State.WITHDRAWN)
    kind = FactType.PROMOTION_WITHDRAWN
    return step(after, kind, actor, now, _because(by), before=request.state)


def restore(request: Request, *, by: Request, actor: Actor, now: dt.datetime) -> Step:
    """The version is in use again, because of the order `by`; one that came by itself is known by now."""
    require(request, "be restored", table.RESTORE)
    came_by_itself = request.asset == request.target
    after = moved(request, State.ACKNOWLEDGED if came_by_itself else State.PROMOTED)
    kind = FactType.PROMOTION_RESTORED
    return step(after, kind, actor, now, _because(by), before=request.state)


def acknowledge(request: Request, *, person: Person, reason: str, now: dt.datetime) -> Step:
    """An operator has taken note of a version that came past every request, and says what it is."""
    require(request, "be acknowledged", table.ACKNOWLEDGE)
    after = moved(request, State.ACKNOWLEDGED)
    data = {"reason": reason}
    kind = FactType.BYPASS_ACKNOWLEDGED
    return step(after, kind, acting(person), now, data, before=request.state)


def _because(order: Request) -> dict[str, str]:
    verb = ordered(order).verb.value
    return {"order": order.id, "verb": verb, "reason": order.reason}
