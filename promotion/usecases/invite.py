"""Links for people who cannot sign in: made when they are asked, looked up when one is opened.

Whoever holds a link decides in one person's name. Where the policy has no `links`, none are made and
none is known.
"""

import logging
import secrets
from collections.abc import Callable
from typing import Final

import msgspec

from promotion.domain.actors import Person
from promotion.domain.approvals import stages_open_to
from promotion.domain.errors import NotFoundError
from promotion.domain.facts import Fact
from promotion.domain.links import Link, hash_of, is_handle
from promotion.domain.policy import Invited, Links
from promotion.domain.request import Request, State
from promotion.ports import World
from promotion.usecases import addressees

_log = logging.getLogger(__name__)

#: 256 bits.
_BYTES: Final = 32
#: How a person who decides by a link is marked in the trail.
METHOD: Final = "bearer-link"


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """A link on its way to the one who may use it."""

    link: Link
    #: The secret: shown in one mail, kept nowhere.
    handle: str

    def __repr__(self) -> str:
        """Show no handle: representations stand in logs and tracebacks."""
        return f"Invitation(link={self.link.hash})"


def new_handle() -> str:
    """Return 256 random bits as 43 letters that stand in an address as they are."""
    return secrets.token_urlsafe(_BYTES)


def invite(
    world: World,
    request: Request,
    fact: Fact,
    *,
    handle: Callable[[], str] = new_handle,
) -> tuple[Invitation, ...]:
    """Make a link for each person whom an open stage asks now, if the policy has people get any.

    A link is bound to the request's present revision: only the latest fact brings some, as those of
    earlier ones are worth nothing by then. Telling a fact again makes further links, each as good as the
    first and worth nothing once any of them was used.

    Raises:
        RetryableError: there is no policy that can be read.
    """
    links = addressees.policy(world).links
    # Versions of a migration are decided on together, by whoever is asked about the migration.
    asked = request.state is State.PENDING and not request.batch
    if links is None or not asked or fact.sequence != request.revision:
        return ()
    made = []
    for invited in links.people:
        person = _person(invited)
        for stage in stages_open_to(person, request.stages, request.decisions, request.made_by)[:1]:
            key = handle()
            link = _link(world, request, links, person=person, stage=stage, key=key)
            world.requests.add_link(link)
            made.append(Invitation(link=link, handle=key))
    if made:
        fields = {"request_id": request.id, "revision": request.revision, "links": len(made)}
        _log.info("links made", extra=fields)
    return tuple(made)


def opened(world: World, request_id: str, handle: str) -> Link:
    """Return what is kept of a link, for whoever holds its handle.

    Raises:
        NotFoundError: there is no such link, or the policy has no links (any more), or not for them.
    """
    links = world.policy.current().links
    if links is not None and is_handle(handle):
        link = world.requests.link(request_id, hash_of(handle))
        # Asked each time: whom the policy does not name any more has no power left.
        if any(_person(each) == link.addressee for each in links.people):
            return link
    raise NotFoundError(
        "There is no such link.",
        "Open it as the mail has it, whole; or ask for the newest mail.",
    )


def _link(
    world: World, request: Request, links: Links, *, person: Person, stage: str, key: str
) -> Link:
    end = world.clock.now() + links.expires_after
    return Link(
        hash=hash_of(key),
        request=request.id,
        revision=request.revision,
        digest=request.digest,
        policy_hash=request.policy_hash,
        stage=stage,
        addressee=person,
        expires_at=min(end, request.expires_at or end),
    )


def _person(invited: Invited) -> Person:
    tid, _, oid = invited.person.partition("/")
    # The mailbox stands for the user principal name: authors are known by either.
    return Person(
        oid=oid.lower(),
        tid=tid.lower(),
        name=invited.name,
        upn=invited.mail,
        roles=frozenset(invited.roles),
        method=METHOD,
    )
