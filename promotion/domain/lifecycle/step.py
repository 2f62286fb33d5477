"""What every transition shares: the guard, the next value, its one fact. Knows no single transition."""

import datetime as dt
from typing import Any, Final

import msgspec

from promotion import __version__
from promotion.domain import facts
from promotion.domain.actors import Actor
from promotion.domain.approvals import Decision
from promotion.domain.errors import ConflictError, PromotionError
from promotion.domain.facts import Fact, FactType
from promotion.domain.lifecycle.table import Transition
from promotion.domain.links import Link
from promotion.domain.request import Problem, Request, State

#: A step that nobody finished within this time is taken up again by the sweep.
STALL: Final = dt.timedelta(minutes=5)
#: A step that nobody began within this time is hinted at again: the hint may have been lost.
PICK_UP: Final = dt.timedelta(minutes=1)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A transition's result: the request as it is now, its fact, and the decision that it adds.

    A decision by a link carries the link as it is then, spent: all of it moves at once or not at all.
    """

    request: Request
    fact: Fact
    decision: Decision | None = None
    spends: Link | None = None


def require(request: Request, verb: str, transition: Transition) -> None:
    """Raise ConflictError unless the transition may begin where the request stands."""
    allowed = transition.sources
    if request.state not in allowed:
        raise ConflictError(
            f"The request is {request.state} and cannot {verb}.",
            f"That takes a request that is {' or '.join(allowed)}.",
        )


def moved(request: Request, state: State, **changes: Any) -> Request:  # noqa: ANN401 -- fields of Request, checked by msgspec
    """Return the request in its next state; problem and due time go unless given anew."""
    fields: dict[str, Any] = {"problem": None, "due_at": None, **changes}
    return msgspec.structs.replace(request, state=state, **fields)


def step(
    after: Request,
    kind: FactType,
    actor: Actor,
    now: dt.datetime,
    data: dict[str, Any],
    *,
    before: State | str,
) -> Step:
    """Return the transition to `after` with its sealed fact: revision and chain move on by one."""
    revision = after.revision + 1
    fact = facts.seal(
        Fact(
            spec=facts.SPEC,
            id=f"{after.id}-{revision}",
            request=after.id,
            sequence=revision,
            type=_type(kind, after),
            at=now,
            actor=actor,
            asset=after.asset.id,
            target=after.target.id if after.target.version else "",
            before=str(before),
            after=after.state.value,
            digest=after.digest,
            policy_hash=after.policy_hash,
            code_version=__version__,
            trace=after.trace,
            # As it will be read back: lists for tuples, text for times.
            data=msgspec.json.decode(msgspec.json.encode(data)),
            previous_hash=after.head,
        ),
    )
    request = msgspec.structs.replace(after, revision=revision, updated_at=now, head=fact.hash)
    return Step(request=request, fact=fact)


def _type(kind: FactType, request: Request) -> str:
    # `asset.promoted` is told as `model.promoted`: subscribers filter by the kind they care for.
    return kind.value.replace("asset.", f"{request.asset.kind.singular}.")


def problem_of(error: PromotionError, now: dt.datetime) -> Problem:
    """Return the error as the problem that the request shows."""
    return Problem(message=error.problem, remedy=error.remedy, since=now)


def written(moment: dt.datetime) -> str:
    """Return a time as facts write it (ISO 8601, UTC)."""
    return str(msgspec.to_builtins(moment))
