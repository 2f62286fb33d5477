"""What can be wrong with links for people who cannot sign in. Knows no single route's parts."""

import datetime as dt
from collections.abc import Iterator
from typing import Final, NamedTuple

from promotion.domain.policy.links import Invited, Links
from promotion.domain.policy.soundness.found import (
    ADDRESS,
    PERSON,
    Path,
    Unsound,
    blank,
    doubled,
    longer_than_nothing,
)
from promotion.domain.policy.whole import Policy

_PATH: Final = ("links",)
#: A key in a mailbox: the longer it lies there, the more have seen it.
_LONGEST: Final = dt.timedelta(days=7)


class Asked(NamedTuple):
    """Whom any stage asks: by a role, or by their key in lower case."""

    roles: set[str]
    people: set[str]


def link_problems(policy: Policy) -> Iterator[Unsound]:
    """Yield what is wrong with the policy's links; nothing where it has none."""
    if policy.links is None:
        return
    yield from longer_than_nothing((*_PATH, "expires_after"), policy.links.expires_after, _LONGEST)
    yield from _together(policy.links)
    asked = _asked(policy)
    for number, invited in enumerate(policy.links.people):
        yield from _one(invited, asked, (*_PATH, "people", number))


def _together(links: Links) -> Iterator[Unsound]:
    path = (*_PATH, "people")
    if not links.people:
        yield Unsound(path, "links are made for nobody", "Name people, or leave `links` out.")
    # One mailbox is one person: two identities in it would let one reader count twice.
    yield from doubled(path, (each.mail for each in links.people), "the mailbox")
    yield from doubled(path, (each.person for each in links.people), "the person")


def _one(invited: Invited, asked: Asked, path: Path) -> Iterator[Unsound]:
    if not PERSON.fullmatch(invited.person):
        yield Unsound(
            (*path, "person"),
            f"{invited.person[:100]!r} names no person",
            "Write {tenant id}/{object id}, both as Entra ID shows them.",
        )
    if not ADDRESS.fullmatch(invited.mail):
        yield Unsound(
            (*path, "mail"),
            f"{invited.mail[:100]!r} is no plain mail address",
            "Write name@example.org.",
        )
    yield from blank((*path, "roles"), invited.roles, "role")
    if asked.roles.isdisjoint(invited.roles) and invited.person.lower() not in asked.people:
        yield Unsound(path, "no stage asks this person", "Give them a role that a stage names.")


def _asked(policy: Policy) -> Asked:
    stages = [stage for settings in policy.registries.values() for stage in settings.stages]
    stages += [stage for route in policy.routes.values() for stage in route.stages]
    # Once it was escalated, these roles decide as well.
    escalated = {role for route in policy.routes.values() for role in route.escalate_to}
    return Asked(
        escalated.union(*(stage.roles for stage in stages)),
        {key.lower() for stage in stages for key in stage.people},
    )
