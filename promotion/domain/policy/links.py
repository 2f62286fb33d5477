"""Who decides by a link that was made for them alone, where people cannot sign in. Knows no request."""

import datetime as dt
from typing import Annotated

from msgspec import Meta

from promotion.domain.policy.base import Spec


class Invited(Spec, frozen=True, kw_only=True):
    """A person who gets such links: with their own identity, so that they count once and never as author."""

    #: Who they are: `{tenant id}/{object id}`, as in a stage's `people`.
    person: str
    #: What they are called on pages and in the trail.
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    #: Their own mailbox; whoever reads it can decide in their name.
    mail: str
    #: App roles that they decide with.
    roles: tuple[str, ...] = ()


class Links(Spec, frozen=True, kw_only=True):
    """Links by which people decide without signing in. Left out, there are none."""

    #: So long a link can be used; never longer than people have to decide.
    expires_after: dt.timedelta = dt.timedelta(days=2)
    #: Who gets them.
    people: tuple[Invited, ...]
