"""The first transition: somebody or something asks for an asset to travel."""

import datetime as dt

import msgspec

from promotion.domain.actors import Actor, Person
from promotion.domain.approvals import Authors, authors, merge
from promotion.domain.facts import FactType
from promotion.domain.lifecycle.step import PICK_UP, Step, step
from promotion.domain.policy import Journey, Route, target_of
from promotion.domain.request import Request, State, request_id


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and why."""

    actor: Actor
    #: The person who asked, when it was one: they count as an author.
    requester: Person | None = None
    #: Who may not decide on an earlier attempt, where this one follows it by itself.
    made_by: Authors = msgspec.field(default_factory=Authors)
    reason: str = ""
    #: W3C traceparent of the call that asked.
    trace: str = ""
    #: Of a migration, where its plan is kept.
    plan: str = ""
    #: Of a version that travels with a migration, the migration's request.
    batch: str = ""


def open_request(
    journey: Journey,
    route: Route,
    opening: Opening,
    *,
    policy_hash: str,
    attempt: int,
    now: dt.datetime,
) -> Step:
    """A registration or a person asks for an asset to travel: the request is received."""
    requesters = (opening.requester,) if opening.requester else ()
    request = Request(
        id=request_id(route=journey.route, asset=journey.asset, attempt=attempt),
        route=journey.route,
        attempt=attempt,
        asset=journey.asset,
        target=target_of(route, journey.asset),
        state=State.RECEIVED,
        revision=0,
        policy_hash=policy_hash,
        requested_by=opening.actor,
        reason=opening.reason,
        made_by=merge(opening.made_by, authors(people=requesters)),
        created_at=now,
        updated_at=now,
        due_at=now + PICK_UP,
        trace=opening.trace,
        plan=opening.plan,
        batch=opening.batch,
    )
    told = {"plan": opening.plan, "batch": opening.batch}
    data = {"reason": opening.reason, "route": journey.route, "attempt": attempt} | {
        name: value for name, value in told.items() if value
    }
    return step(request, FactType.REQUEST_OPENED, opening.actor, now, data, before="")
