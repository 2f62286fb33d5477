"""Every transition as tests play it: how it is made, where it leads, from where it may begin."""

from collections.abc import Callable

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import PROMOTION, SWEEP, VALIDATION
from promotion.domain.errors import BrokenError, NotFoundError, StaleError
from promotion.domain.lifecycle import Ordering, Step
from promotion.domain.orders import Order, Verb
from promotion.domain.request import Request, State
from promotion.domain.results import Outcome
from tests.building import (
    NOW,
    ballot,
    description,
    examination,
    model,
    opened,
    pending,
    person,
    route,
    submission,
)

APPROVER = person("approver")
GONE = NotFoundError("It is not there.", "Share it.")
CHANGED = StaleError("It changed.")
BROKEN = BrokenError("It broke.", "Look.")

type Transition = Callable[[Request], Step]

TRANSITIONS: dict[str, tuple[Transition, State | None, set[State]]] = {
    "start_validation": (
        lambda r: lifecycle.start_validation(r, actor=VALIDATION, now=NOW),
        State.VALIDATING,
        {State.RECEIVED},
    ),
    "defer_validation": (
        lambda r: lifecycle.defer_validation(r, GONE, until=NOW, actor=VALIDATION, now=NOW),
        State.RECEIVED,
        {State.VALIDATING},
    ),
    "submit_evidence": (
        lambda r: lifecycle.submit_evidence(r, submission(digest=r.digest), now=NOW),
        None,
        {State.RECEIVED, State.VALIDATING},
    ),
    "refuse": (
        lambda r: lifecycle.refuse(r, examination(Outcome.FAILED), actor=VALIDATION, now=NOW),
        State.REFUSED,
        {State.VALIDATING},
    ),
    "request_approval": (
        lambda r: lifecycle.request_approval(r, route(), examination(), actor=VALIDATION, now=NOW),
        State.PENDING,
        {State.VALIDATING},
    ),
    "decide": (
        lambda r: lifecycle.decide(r, ballot(r, APPROVER), now=NOW),
        State.APPROVED,
        {State.PENDING},
    ),
    "expire": (
        lambda r: lifecycle.expire(r, actor=SWEEP, now=NOW),
        State.EXPIRED,
        {State.PENDING},
    ),
    "cancel": (
        lambda r: lifecycle.cancel(r, person=APPROVER, reason="", now=NOW),
        State.CANCELLED,
        {State.RECEIVED, State.VALIDATING, State.PENDING, State.FAILED},
    ),
    "supersede": (
        lambda r: lifecycle.supersede(r, CHANGED, actor=PROMOTION, now=NOW),
        State.SUPERSEDED,
        {State.PENDING, State.APPROVED, State.PROMOTING},
    ),
    "start_copy": (
        lambda r: lifecycle.start_copy(r, actor=PROMOTION, now=NOW),
        State.PROMOTING,
        {State.APPROVED},
    ),
    "complete": (
        lambda r: lifecycle.complete(r, already_there=False, actor=PROMOTION, now=NOW),
        State.PROMOTED,
        {State.PROMOTING},
    ),
    "fail": (
        lambda r: lifecycle.fail(r, BROKEN, actor=PROMOTION, now=NOW),
        State.FAILED,
        {State.APPROVED, State.PROMOTING},
    ),
    "remind": (
        lambda r: lifecycle.remind(r, actor=SWEEP, now=NOW),
        State.PENDING,
        {State.PENDING},
    ),
    "escalate": (
        lambda r: lifecycle.escalate(r, actor=SWEEP, now=NOW),
        State.PENDING,
        {State.PENDING},
    ),
    "retry": (
        lambda r: lifecycle.retry(r, person=APPROVER, reason="", now=NOW),
        State.APPROVED,
        {State.FAILED},
    ),
    "force": (
        lambda r: lifecycle.force(ordered(r), person=APPROVER, reason="Now.", now=NOW),
        State.APPROVED,
        {State.PENDING},
    ),
    "carry_out": (
        lambda r: lifecycle.carry_out(ordered(r), in_use="", actor=PROMOTION, now=NOW),
        State.DONE,
        {State.APPROVED},
    ),
    "withdraw": (
        lambda r: lifecycle.withdraw(r, by=ordered(r), actor=PROMOTION, now=NOW),
        State.WITHDRAWN,
        {State.PROMOTED, State.BYPASSED, State.ACKNOWLEDGED},
    ),
    "restore": (
        lambda r: lifecycle.restore(r, by=ordered(r), actor=PROMOTION, now=NOW),
        State.PROMOTED,
        {State.WITHDRAWN},
    ),
    "acknowledge": (
        lambda r: lifecycle.acknowledge(r, person=APPROVER, reason="Known.", now=NOW),
        State.ACKNOWLEDGED,
        {State.BYPASSED},
    ),
}


def ordered(request: Request) -> Request:
    """Return the request as an order about its own version."""
    order = Order(verb=Verb.WITHDRAW, asset=request.target.id, current="1", successor="")
    return msgspec.structs.replace(request, order=order)


def in_state(state: State) -> Request:
    """Return a request that people were asked about, put into a state."""
    return msgspec.structs.replace(pending(), state=state)


def _ordering(*, by_person: bool) -> Ordering:
    return Ordering(
        order=Order(verb=Verb.WITHDRAW, asset=model().id, current="1", successor=""),
        target=model(),
        route="dev-to-prod",
        attempt=1,
        actor=SWEEP,
        person=APPROVER if by_person else None,
        reason="It is wrong.",
        policy_hash="sha256:policy",
    )


#: What begins a request.
BEGINNINGS: dict[str, Callable[[], Step]] = {
    "open_request": opened,
    "report_bypass": lambda: lifecycle.report_bypass(
        description(model()), route="dev-to-prod", policy_hash="sha256:policy", now=NOW
    ),
    "ask_for_order": lambda: lifecycle.ask_for_order(
        _ordering(by_person=True), route(), route().stages, now=NOW
    ),
    "order_in_an_emergency": lambda: lifecycle.order_at_once(_ordering(by_person=True), now=NOW),
    "order_by_retention": lambda: lifecycle.order_at_once(_ordering(by_person=False), now=NOW),
}
