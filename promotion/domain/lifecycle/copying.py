"""Transitions of the copy: begin, arrive, fail, try again. And problems, which move nothing."""

import datetime as dt

import msgspec

from promotion.domain.actors import Actor, Person, acting
from promotion.domain.errors import PromotionError
from promotion.domain.facts import FactType
from promotion.domain.lifecycle import table
from promotion.domain.lifecycle.step import PICK_UP, STALL, Step, moved, problem_of, require, step
from promotion.domain.request import Request, State


def start_copy(
    request: Request,
    *,
    attestation: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Step:
    """The approved files begin to travel; from now on the statement about them stays the same one."""
    require(request, "be copied", table.START_COPY)
    after = moved(request, State.PROMOTING, due_at=now + STALL, attestation=attestation)
    data = {"files": request.files, "bytes": request.size, "attestation": attestation}
    return step(after, FactType.COPY_STARTED, actor, now, data, before=request.state)


def complete(request: Request, *, already_there: bool, actor: Actor, now: dt.datetime) -> Step:
    """The target has the version, with the approved bytes."""
    require(request, "be promoted", table.COMPLETE)
    after = moved(request, State.PROMOTED)
    data = {
        "files": request.files,
        "bytes": request.size,
        "already_there": already_there,
        "attestation": request.attestation,
        **_along(request),
    }
    return step(after, FactType.ASSET_PROMOTED, actor, now, data, before=request.state)


def _along(request: Request) -> dict[str, list[str]]:
    travelled = [each.target.id for each in request.dependencies if each.travels]
    return {"along": travelled} if travelled else {}


def fail(request: Request, error: PromotionError, *, actor: Actor, now: dt.datetime) -> Step:
    """The copy cannot be finished; a person decides whether to try again or to give up."""
    require(request, "fail", table.FAIL)
    after = moved(request, State.FAILED, problem=problem_of(error, now))
    data = {"problem": error.problem, "remedy": error.remedy}
    return step(after, FactType.PROMOTION_FAILED, actor, now, data, before=request.state)


def retry(request: Request, *, person: Person, reason: str, now: dt.datetime) -> Step:
    """An operator has a failed promotion tried again; the approval still holds."""
    require(request, "be tried again", table.RETRY)
    after = moved(request, State.APPROVED, due_at=now + PICK_UP)
    data = {"reason": reason}
    return step(after, FactType.PROMOTION_RETRIED, acting(person), now, data, before=request.state)


def report_problem(
    request: Request,
    error: PromotionError,
    *,
    actor: Actor,
    now: dt.datetime,
) -> Step:
    """Something keeps the request from going on; it stays where it is and says what."""
    after = msgspec.structs.replace(request, problem=problem_of(error, now))
    data = {"problem": error.problem, "remedy": error.remedy}
    return step(after, FactType.PROBLEM_REPORTED, actor, now, data, before=request.state)
