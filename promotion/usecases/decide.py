"""Take a person's verdict; tell everyone; start the copy when the last one needed was given."""

import logging

import msgspec

from promotion.domain import lifecycle, links
from promotion.domain.approvals import Decision
from promotion.domain.errors import StaleError
from promotion.domain.lifecycle import Ballot
from promotion.domain.links import Link
from promotion.domain.request import Request, State
from promotion.ports import Queue, World
from promotion.usecases.hinting import hint

_log = logging.getLogger(__name__)


def decide(world: World, request_id: str, ballot: Ballot, link: Link | None = None) -> Request:
    """Record the verdict and return the request as it is then; a link it was given by is spent with it.

    The same verdict by the same person on the same revision again is answered with what there is.

    Raises:
        NotFoundError, StaleError, ConflictError, ForbiddenError, InvalidError: as the domain says.
    """
    if link is not None:
        # Whoever holds the link decides as the one it was made for, where it was made for.
        ballot = msgspec.structs.replace(ballot, person=link.addressee, stage=link.stage)
    stored = world.requests.get(request_id)
    if _given(stored.request, ballot):
        return stored.request
    now = world.clock.now()
    if link is not None and (blocked := links.why_not(link, stored.request, now)):
        raise blocked
    step = lifecycle.decide(stored.request, ballot, now=now)
    if link is not None:
        spent = msgspec.structs.replace(link, spent_at=now)
        step = msgspec.structs.replace(step, spends=spent)
    try:
        request = world.requests.save(stored, step).request
    except StaleError:
        request = _after_a_race(world, request_id, ballot)
    _log.info(
        "decision recorded",
        extra={
            "request_id": request_id,
            "verdict": ballot.verdict.value,
            "state": request.state.value,
        },
    )
    _hint(world, request)
    return request


def _after_a_race(world: World, request_id: str, ballot: Ballot) -> Request:
    # Either our own write arrived and its answer was lost, or someone else was faster.
    request = world.requests.get(request_id).request
    if _given(request, ballot):
        return request
    raise StaleError(
        f"The request changed while you decided: it is {request.state} "
        f"at revision {request.revision}.",
        "Look at it again and decide on what it says now.",
    )


def _given(request: Request, ballot: Ballot) -> Decision | None:
    for decision in request.decisions:
        same = (
            decision.by.key == ballot.person.key
            and decision.verdict is ballot.verdict
            and decision.revision == ballot.revision
            and decision.digest == ballot.digest
            and ballot.stage in {"", decision.stage}
        )
        if same:
            return decision
    return None


def _hint(world: World, request: Request) -> None:
    if request.state is State.APPROVED:
        hint(world, Queue.PROMOTIONS, request.id)
    hint(world, Queue.DELIVERIES, request.id)
