"""What makes a trail of facts believable: order, chain, hashes, states that follow each other. Pure."""

from collections.abc import Iterable, Iterator

from promotion.domain.facts import GENESIS, SPEC, Fact, hash_of


def verify(facts: Iterable[Fact]) -> Iterator[str]:
    """Yield every way in which the facts of one request are not the trail they claim to be.

    Nothing is yielded for an intact trail. The first fact is expected to be the request's first.
    """
    sequence, previous, state, request = 0, GENESIS, "", ""
    for fact in facts:
        request = request or fact.request
        at = f"Fact {fact.id}"
        if fact.request != request:
            yield f"{at} belongs to request {fact.request}, not to {request}."
        if fact.sequence != sequence + 1:
            yield f"{at} has sequence {fact.sequence} where {sequence + 1} was expected."
        if fact.previous_hash != previous:
            yield f"{at} names {fact.previous_hash} as its predecessor, which has {previous}."
        if fact.before != state:
            yield f"{at} starts from {fact.before!r}, but the request was {state!r}."
        yield from _alone(fact)
        sequence, previous, state = fact.sequence, fact.hash, fact.after


def _alone(fact: Fact) -> Iterator[str]:
    if fact.spec != SPEC:
        yield f"Fact {fact.id} follows {fact.spec!r}; this version verifies {SPEC}."
    elif hash_of(fact) != fact.hash:
        yield f"Fact {fact.id} has the hash {fact.hash}, but its content has another."
    if fact.id != f"{fact.request}-{fact.sequence}":
        yield f"Fact {fact.id} does not have the id of its request and sequence."
