"""Transitions of an order: people are asked, or one operator or the policy is enough; it is carried out.

Between asking and carrying out an order is decided on, reminded of, escalated, cancelled and expired by the
transitions that hold for every request. What became of the version's own record is in `standing`.
"""

import datetime as dt
from typing import Any, Final

import msgspec

from promotion.domain.actors import Actor, Person, acting
from promotion.domain.approvals import Authors, authors, merge
from promotion.domain.assets import AssetRef
from promotion.domain.errors import ConflictError
from promotion.domain.facts import FactType
from promotion.domain.lifecycle import table
from promotion.domain.lifecycle.step import PICK_UP, Step, moved, require, step, written
from promotion.domain.orders import Order, Verb
from promotion.domain.policy import Route, StageSpec
from promotion.domain.request import Request, State, request_id
from promotion.domain.timers import start_timers

_REQUESTED: Final = {
    Verb.WITHDRAW: FactType.WITHDRAWAL_REQUESTED,
    Verb.RESTORE: FactType.RESTORATION_REQUESTED,
}
_CARRIED_OUT: Final = {
    Verb.WITHDRAW: FactType.ASSET_WITHDRAWN,
    Verb.RESTORE: FactType.ASSET_RESTORED,
    Verb.RETIRE: FactType.ASSET_RETIRED,
}


class Ordering(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants what done to a version, why, and under which policy."""

    order: Order
    target: AssetRef
    #: A route into the version's registry: whose times and recipients hold.
    route: str
    attempt: int
    actor: Actor
    #: The person who asks, when it is one: they count as an author.
    person: Person | None = None
    reason: str
    #: Who made the version, or asked for its promotion: they do not decide on it either.
    made_by: Authors = msgspec.field(default_factory=Authors)
    policy_hash: str
    trace: str = ""


def order_id(verb: Verb, target: AssetRef, attempt: int) -> str:
    """Return the id of an order. No route is named so: it can be no other request's, whatever the policy says."""
    return request_id(route=f"!{verb}", asset=target, attempt=attempt)


def ask_for_order(
    ordering: Ordering, route: Route, stages: tuple[StageSpec, ...], *, now: dt.datetime
) -> Step:
    """People are asked whether a version is withdrawn, or restored; the files need no checks again."""
    timers = start_timers(route, now)
    request = msgspec.structs.replace(
        _begun(ordering, State.PENDING, now),
        stages=stages,
        expires_at=timers.expires_at,
        timers=timers,
        due_at=timers.next,
    )
    data = _told(request) | {
        "stages": msgspec.to_builtins(stages),
        "authors": {
            "keys": sorted(request.made_by.keys),
            "names": sorted(request.made_by.names),
        },
        "expires_at": written(timers.expires_at),
    }
    return step(request, _REQUESTED[ordering.order.verb], ordering.actor, now, data, before="")


def order_at_once(
    ordering: Ordering, stages: tuple[StageSpec, ...] = (), *, now: dt.datetime
) -> Step:
    """Nobody is asked: an operator withdraws in an emergency, or the registry's retention is applied.

    `stages` are of those who would have been asked; they are told.
    """
    request = msgspec.structs.replace(
        _begun(ordering, State.APPROVED, now), stages=stages, due_at=now + PICK_UP
    )
    if ordering.person is None:
        kind, data = FactType.RETIREMENT_ORDERED, _told(request)
    else:
        kind, data = FactType.WITHDRAWAL_FORCED, _told(request) | _roles(ordering.person)
    return step(request, kind, ordering.actor, now, data, before="")


def force(request: Request, *, person: Person, reason: str, now: dt.datetime) -> Step:
    """An operator does not wait any longer for those who were asked about a withdrawal."""
    require(request, "be forced", table.FORCE)
    order = ordered(request)
    if order.verb is not Verb.WITHDRAW:
        raise ConflictError(
            f"To {order.verb} a version takes those who decide on it.",
            "Wait for them; a withdrawal alone can be forced.",
        )
    after = moved(
        request,
        State.APPROVED,
        due_at=now + PICK_UP,
        order=msgspec.structs.replace(order, emergency=True),
        reason=reason,
    )
    data = _told(after) | _roles(person)
    return step(after, FactType.WITHDRAWAL_FORCED, acting(person), now, data, before=request.state)


def carry_out(request: Request, *, in_use: str, actor: Actor, now: dt.datetime) -> Step:
    """It is done; `in_use` is the version that is in use now, empty when there is none."""
    require(request, "be carried out", table.CARRY_OUT)
    order = ordered(request)
    data = {
        "reason": request.reason,
        "ordered_by": msgspec.to_builtins(request.requested_by),
        "emergency": order.emergency,
        "current": in_use,
    }
    after = moved(request, State.DONE)
    return step(after, _CARRIED_OUT[order.verb], actor, now, data, before=request.state)


def ordered(request: Request) -> Order:
    """Return the order that a request is.

    Raises:
        ConflictError: it is none, but a request that brings a version.
    """
    if request.order is None:
        raise ConflictError(
            "The request brings a version and is no order about one.",
            "Cancel it, or order the withdrawal of what it brought.",
        )
    return request.order


def _begun(ordering: Ordering, state: State, now: dt.datetime) -> Request:
    asking = (ordering.person,) if ordering.person else ()
    return Request(
        id=order_id(ordering.order.verb, ordering.target, ordering.attempt),
        route=ordering.route,
        attempt=ordering.attempt,
        asset=ordering.target,
        target=ordering.target,
        state=state,
        revision=0,
        policy_hash=ordering.policy_hash,
        requested_by=ordering.actor,
        reason=ordering.reason,
        made_by=merge(ordering.made_by, authors(people=asking)),
        created_at=now,
        updated_at=now,
        digest=ordering.order.digest,
        order=ordering.order,
        trace=ordering.trace,
    )


def _told(request: Request) -> dict[str, Any]:
    return {
        "reason": request.reason,
        "route": request.route,
        "attempt": request.attempt,
        "order": msgspec.to_builtins(request.order),
        # What it was judged under, kept as evidence.
        "policy": request.policy_hash,
    }


def _roles(person: Person) -> dict[str, Any]:
    return {"roles": sorted(person.roles)}
