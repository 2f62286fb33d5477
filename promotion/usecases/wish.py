"""What a person wants done to a request besides deciding; what `cancel`, `retry` and `acknowledge` share.

Repeating a wish is harmless without a store of keys: the fact that the first one left behind says who
wished what, and on which revision.
"""

from typing import Final

import msgspec

from promotion.domain.actors import Person
from promotion.domain.errors import StaleError
from promotion.domain.facts import Fact, FactType
from promotion.domain.request import Request
from promotion.ports import World

#: How often a wish that named no revision is tried again when the request moved underneath it.
ATTEMPTS: Final = 3


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants it, why, and what they were looking at."""

    person: Person
    reason: str = ""
    #: The revision the person saw; none when they want it whatever the request says by now.
    revision: int | None = None


def require_seen(request: Request, wish: Wish) -> None:
    """Raise StaleError when the wish names another revision than the present one."""
    if wish.revision not in {None, request.revision}:
        raise StaleError(
            f"The request changed since you looked: it is {request.state} at revision "
            f"{request.revision}, you saw revision {wish.revision}.",
            "Look at it again and say then what you want.",
        )


def granted_by(fact: Fact, wish: Wish) -> bool:
    """Whether the fact is this wish, granted: the same person, the same reason, the same revision."""
    same_person = f"{fact.actor.tid}/{fact.actor.oid}".lower() == wish.person.key
    same_revision = wish.revision in {None, fact.sequence - 1}
    return same_person and same_revision and fact.data.get("reason") == wish.reason


def was_granted(world: World, request: Request, wish: Wish, kind: FactType) -> bool:
    """Whether the last fact of that kind, since what the wisher saw, is this wish, granted."""
    facts = world.requests.facts(request.id, after=wish.revision or 0)
    granted = [fact for fact in facts if fact.type == kind]
    return bool(granted) and granted_by(granted[-1], wish)
