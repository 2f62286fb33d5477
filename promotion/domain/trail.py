"""What makes a trail of facts believable: order, chain, hashes, states that follow each other. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from promotion.domain.errors import DamagedError
from promotion.domain.facts import GENESIS, SPEC, Fact, FactType, hash_of
from promotion.domain.lifecycle.table import TRANSITIONS
from promotion.domain.request import Request, State

_MOVES: Final = {
    (source.value, goal.value)
    for transition in TRANSITIONS
    for source in transition.sources
    for goal in transition.goals
}
#: Where a trail begins, and by which facts.
_BEGINNINGS: Final = {
    State.RECEIVED.value: {FactType.REQUEST_OPENED},
    State.BYPASSED.value: {FactType.BYPASS_DETECTED},
    State.PENDING.value: {FactType.WITHDRAWAL_REQUESTED, FactType.RESTORATION_REQUESTED},
    State.APPROVED.value: {FactType.WITHDRAWAL_FORCED, FactType.RETIREMENT_ORDERED},
}


class Chain:
    """Where a trail stands; takes one fact after the other, in memory of one."""

    def __init__(self) -> None:
        self._request = self._state = ""
        self._sequence = 0
        self._previous = GENESIS

    def follow(self, fact: Fact, own: str) -> Iterator[str]:
        """Take the next fact and the hash of its content; yield everything that is wrong with it."""
        yield from self._place(fact)
        yield from _alone(fact, own)
        self._request = self._request or fact.request
        self._sequence, self._previous, self._state = fact.sequence, fact.hash, fact.after

    def _place(self, fact: Fact) -> Iterator[str]:
        at = f"Fact {fact.id}"
        if self._request not in {"", fact.request}:
            yield f"{at} belongs to request {fact.request}, not to {self._request}."
        if fact.sequence != self._sequence + 1:
            yield f"{at} has sequence {fact.sequence} where {self._sequence + 1} was expected."
        if fact.previous_hash != self._previous:
            yield f"{at} names {fact.previous_hash} as its predecessor, which has {self._previous}."
        if fact.before != self._state:
            yield f"{at} starts from {fact.before!r}, but the request was {self._state!r}."


def verify(facts: Iterable[Fact]) -> Iterator[str]:
    """Yield every way in which the facts of one request are not the trail they claim to be.

    Nothing is yielded for an intact trail. The first fact is expected to be the request's first.
    """
    chain = Chain()
    for fact in facts:
        yield from chain.follow(fact, hash_of(fact))


def cut_off(facts: Sequence[Fact], request: Request, *, after: int = 0) -> str:
    """Return what is wrong where facts do not reach the end that the request knows of; empty when they do.

    The chain alone cannot tell: a trail without its end is a shorter trail. That the facts go on is right: the
    request was read before them.

    Args:
        facts: those above the sequence `after`, in their order.
        request: whose they are.
        after: where they begin.
    """
    reached = after + len(facts)
    if reached < request.revision:
        return f"Facts {reached + 1} to {request.revision} of request {request.id} are missing."
    if after < request.revision and facts[request.revision - after - 1].hash != request.head:
        return f"Fact {request.revision} of request {request.id} is not the one it was left with."
    return ""


def require_whole(facts: Sequence[Fact], request: Request, *, after: int = 0) -> None:
    """Raise DamagedError where facts do not reach the end that the request knows of."""
    if problem := cut_off(facts, request, after=after):
        raise DamagedError(problem, "Restore it from the exported trail; others are not affected.")


def _alone(fact: Fact, own: str) -> Iterator[str]:
    if fact.spec != SPEC:
        yield f"Fact {fact.id} follows {fact.spec!r}; this version verifies {SPEC}."
    elif own != fact.hash:
        yield f"Fact {fact.id} has the hash {fact.hash}, but its content has another."
    if fact.id != f"{fact.request}-{fact.sequence}":
        yield f"Fact {fact.id} does not have the id of its request and sequence."
    if not _possible(fact):
        yield f"Fact {fact.id} moves from {fact.before!r} to {fact.after!r}, which no request does."


def _possible(fact: Fact) -> bool:
    if fact.before == "":
        return fact.type in _BEGINNINGS.get(fact.after, ())
    return fact.before == fact.after or (fact.before, fact.after) in _MOVES
