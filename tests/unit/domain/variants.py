"""Transitions as they are when there is more to tell than usual. What they publish is in tests/golden/facts."""

from collections.abc import Callable

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import PROMOTION, SWEEP, VALIDATION, acting
from promotion.domain.approvals import Verdict, authors
from promotion.domain.assets import AssetKind
from promotion.domain.dependencies import Dependency, Naming, Way
from promotion.domain.lifecycle import Examination, Opening, Ordering, Step
from promotion.domain.orders import Order, Verb
from promotion.domain.policy import Journey, StageSpec
from promotion.domain.request import Request, State
from tests.building import (
    NOW,
    PROD,
    ROUTE,
    WORKSPACE,
    ballot,
    description,
    examination,
    model,
    person,
    route,
)
from tests.transitions import APPROVER, BROKEN, GONE, Transition

BOARD = (
    StageSpec(name="business", roles=("Promotion.Approver",)),
    StageSpec(name="security", roles=("Promotion.Approver.Security",)),
)
ENVIRONMENT = msgspec.structs.replace(model("sklearn", "3"), kind=AssetKind.ENVIRONMENTS)
ALONG = Dependency(
    asset=ENVIRONMENT,
    target=ENVIRONMENT.moved(PROD),
    way=Way.TRAVELS,
    digest="sha256:" + "22" * 32,
    files=2,
    size=7,
    manifest="sha256:" + "33" * 32,
    named=(Naming(by=model().id, where="tags.environment"),),
)
STAYING = Dependency(asset=ENVIRONMENT, target=ENVIRONMENT, way=Way.STAYS)


def needing() -> Examination:
    """Return what validation found of a model with an environment that travels along."""
    found = examination()
    return msgspec.structs.replace(
        found,
        described="sha256:" + "44" * 32,
        came_from=model().moved(WORKSPACE).id,
        dependencies=(ALONG, STAYING),
    )


def staged(request: Request) -> Request:
    """Return the request before people of two stages."""
    return msgspec.structs.replace(request, stages=BOARD)


def restoring(request: Request) -> Request:
    """Return the request as an order to take its version into use again."""
    order = Order(
        verb=Verb.RESTORE, asset=request.target.id, current="2", successor="1", emergency=True
    )
    return msgspec.structs.replace(request, order=order, reason="It was right.")


VARIANTS: dict[str, tuple[Transition, State]] = {
    # Moves nothing, and so is none of the table's.
    "report_problem": (
        lambda r: lifecycle.report_problem(r, BROKEN, actor=SWEEP, now=NOW),
        State.PENDING,
    ),
    "defer_validation_with_findings": (
        lambda r: lifecycle.defer_validation(
            r, GONE, needing(), until=NOW, actor=VALIDATION, now=NOW
        ),
        State.VALIDATING,
    ),
    "refuse_what_cannot_be_judged": (
        lambda r: lifecycle.refuse(r, error=GONE, actor=VALIDATION, now=NOW),
        State.VALIDATING,
    ),
    "request_approval_of_what_needs_others": (
        lambda r: lifecycle.request_approval(
            r, route(*BOARD), needing(), actor=VALIDATION, now=NOW
        ),
        State.VALIDATING,
    ),
    "decide_in_the_first_stage": (
        lambda r: lifecycle.decide(staged(r), ballot(r, APPROVER, comment=" Well done. "), now=NOW),
        State.PENDING,
    ),
    "reject": (
        lambda r: lifecycle.decide(
            r, ballot(r, APPROVER, Verdict.REJECT, comment="Too old."), now=NOW
        ),
        State.PENDING,
    ),
    "start_copy_with_a_statement": (
        lambda r: lifecycle.start_copy(r, attestation="sha256:5", actor=PROMOTION, now=NOW),
        State.APPROVED,
    ),
    "complete_with_others": (
        lambda r: lifecycle.complete(
            msgspec.structs.replace(r, dependencies=(ALONG, STAYING), attestation="sha256:5"),
            already_there=True,
            actor=PROMOTION,
            now=NOW,
        ),
        State.PROMOTING,
    ),
    "carry_out_a_restoration": (
        lambda r: lifecycle.carry_out(restoring(r), in_use="1", actor=PROMOTION, now=NOW),
        State.APPROVED,
    ),
}


def _opened() -> Step:
    opening = Opening(
        actor=acting(person("requester")),
        requester=person("requester"),
        made_by=authors(names=("Earlier author",)),
        reason="It is better.",
        trace="00-1-2-01",
        plan="sha256:6",
        batch="p" * 26,
    )
    journey = Journey(route=ROUTE, asset=model())
    return lifecycle.open_request(
        journey, route(), opening, policy_hash="sha256:policy", attempt=2, now=NOW
    )


def _ordering(verb: Verb) -> Ordering:
    return Ordering(
        order=Order(verb=verb, asset=model().id, current="2", successor="1"),
        target=model(),
        route=ROUTE,
        attempt=2,
        actor=acting(APPROVER),
        person=APPROVER,
        reason="It was right.",
        made_by=authors(names=("Author",)),
        policy_hash="sha256:policy",
        trace="00-1-2-01",
    )


BEGINNING_VARIANTS: dict[str, Callable[[], Step]] = {
    "open_request_of_a_person": _opened,
    "report_bypass_by_nobody_known": lambda: lifecycle.report_bypass(
        msgspec.structs.replace(description(model()), created_by="", created_at=NOW),
        route=ROUTE,
        policy_hash="sha256:policy",
        now=NOW,
    ),
    "ask_for_restoration": lambda: lifecycle.ask_for_order(
        _ordering(Verb.RESTORE), route(), BOARD, now=NOW
    ),
    "order_at_once_before_those_who_decide": lambda: lifecycle.order_at_once(
        _ordering(Verb.WITHDRAW), BOARD, now=NOW
    ),
}
