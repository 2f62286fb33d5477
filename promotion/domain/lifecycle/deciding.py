"""Transitions while people decide: a verdict, no verdict in time, taken back, overtaken by events."""

import datetime as dt

import msgspec

from promotion.domain.actors import Actor, Person, acting, alike
from promotion.domain.approvals import Decision, StageOutcome, Verdict, choose_stage, overall
from promotion.domain.errors import ConflictError, InvalidError, PromotionError, StaleError
from promotion.domain.facts import FactType
from promotion.domain.lifecycle import table
from promotion.domain.lifecycle.step import PICK_UP, Step, moved, problem_of, require, step, written
from promotion.domain.request import Request, State


class Ballot(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says, and what they were looking at when they said it."""

    person: Person
    verdict: Verdict
    #: The stage meant, or empty for the first one open to the person.
    stage: str = ""
    comment: str = ""
    digest: str
    revision: int


def decide(request: Request, ballot: Ballot, *, now: dt.datetime) -> Step:
    """A person approves or rejects what they saw.

    Raises:
        StaleError: they saw another revision or another digest than the present one.
        InvalidError: a rejection without a comment, or an unknown stage.
        ConflictError, ForbiddenError: as `approvals.choose_stage`, or the request is not pending, or not in time.
    """
    _require_current(request, ballot)
    require(request, "be decided on", table.DECIDE)
    _require_in_time(request, now)
    stage = choose_stage(
        ballot.person,
        ballot.stage,
        request.stages,
        request.decisions,
        request.made_by,
    )
    if ballot.verdict is Verdict.REJECT and not alike(ballot.comment):
        raise InvalidError("A rejection needs a comment.", "Say what must change.")
    decision = Decision(
        stage=stage.name,
        verdict=ballot.verdict,
        by=ballot.person,
        comment=ballot.comment.strip(),
        at=now,
        digest=ballot.digest,
        revision=ballot.revision,
    )
    return _decided(request, decision, now)


def expire(request: Request, *, actor: Actor, now: dt.datetime) -> Step:
    """Nobody decided in time."""
    require(request, "expire", table.EXPIRE)
    after = moved(request, State.EXPIRED)
    data = {"expires_at": written(request.expires_at or now)}
    return step(after, FactType.REQUEST_EXPIRED, actor, now, data, before=request.state)


def cancel(request: Request, *, person: Person, reason: str, now: dt.datetime) -> Step:
    """Someone takes the request back before it was decided, or gives up one that failed."""
    require(request, "be cancelled", table.CANCEL)
    after = moved(request, State.CANCELLED)
    data = {"reason": reason}
    return step(after, FactType.REQUEST_CANCELLED, acting(person), now, data, before=request.state)


def supersede(request: Request, error: PromotionError, *, actor: Actor, now: dt.datetime) -> Step:
    """The source is not what was approved any more: the approval is void."""
    require(request, "be superseded", table.SUPERSEDE)
    after = moved(request, State.SUPERSEDED, problem=problem_of(error, now))
    data = {"problem": error.problem, "next_attempt": request.attempt + 1}
    return step(after, FactType.REQUEST_SUPERSEDED, actor, now, data, before=request.state)


def _require_current(request: Request, ballot: Ballot) -> None:
    if ballot.revision != request.revision:
        raise StaleError(
            f"The request changed since you looked: it is {request.state} at revision "
            f"{request.revision}, you decided on revision {ballot.revision}.",
            "Look at it again and decide on what it says now.",
        )
    if ballot.digest != request.digest:
        raise StaleError(
            "The digest you decided on is not the digest of this request.",
            f"The request stands for {request.digest or 'no files yet'}; look at it again.",
        )


def _require_in_time(request: Request, now: dt.datetime) -> None:
    # The sweep records that it is over; until it comes by, it is over all the same.
    if request.expires_at is not None and request.expires_at <= now:
        raise ConflictError(
            f"The time to decide ended at {written(request.expires_at)}.",
            "Nothing was recorded. Ask again: that is a new attempt with fresh checks.",
        )


def _decided(request: Request, decision: Decision, now: dt.datetime) -> Step:
    decisions = (*request.decisions, decision)
    state, kind, due = State.PENDING, FactType.DECISION_RECORDED, request.due_at
    outcome = overall(request.stages, decisions)
    if outcome is StageOutcome.APPROVED:
        state, kind, due = State.APPROVED, FactType.REQUEST_APPROVED, now + PICK_UP
    elif outcome is StageOutcome.REJECTED:
        state, kind, due = State.REJECTED, FactType.REQUEST_REJECTED, None
    after = moved(request, state, decisions=decisions, due_at=due)
    data = {
        "stage": decision.stage,
        "verdict": decision.verdict.value,
        "comment": decision.comment,
        "revision": decision.revision,
        "roles": sorted(decision.by.roles),
    }
    done = step(after, kind, acting(decision.by), now, data, before=request.state)
    return msgspec.structs.replace(done, decision=decision)
