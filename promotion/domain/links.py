"""A link made for one person, to decide one thing once. Pure; knows no address and no mail.

The link's power is a handle of 256 random bits that only its mail holds. Kept is its hash, with what it
is good for: one request at one revision, on one digest, in one stage, by one person, until a time.
"""

import datetime as dt
import hashlib
import re
from typing import Final

import msgspec

from promotion.domain.actors import Person
from promotion.domain.approvals import stages_open_to
from promotion.domain.errors import ConflictError, RefusedError, StaleError
from promotion.domain.request import Request, State

_HANDLE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_NEWER: Final = "Look for a newer mail about this request; or ask an operator for help."


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a link."""

    #: SHA-256 of the handle, hexadecimal.
    hash: str
    request: str
    revision: int
    digest: str
    policy_hash: str
    stage: str
    #: Who decides by it, with the roles that the policy gave them when it was made.
    addressee: Person
    expires_at: dt.datetime
    spent_at: dt.datetime | None = None


def hash_of(handle: str) -> str:
    """Return the name under which a handle is kept."""
    return hashlib.sha256(handle.encode(errors="surrogateescape")).hexdigest()


def is_handle(text: str) -> bool:
    """Whether a text can be a handle at all."""
    return _HANDLE.fullmatch(text) is not None


def why_not(link: Link, request: Request, now: dt.datetime) -> RefusedError | None:
    """Return what keeps the link from being used; nothing when it may be, once."""
    if link.spent_at is not None:
        return ConflictError("This link was used; it works once.", "Nothing more is to be done.")
    if request.state is not State.PENDING:
        return ConflictError(
            f"There is nothing to decide any more: the request is {request.state}.",
            "This link is of no further use.",
        )
    if link.expires_at <= now:
        return ConflictError("This link has expired.", _NEWER)
    bound = (link.request, link.revision, link.digest, link.policy_hash)
    if bound != (request.id, request.revision, request.digest, request.policy_hash):
        return StaleError("The request went on since this link was made for you.", _NEWER)
    if link.stage not in stages_open_to(
        link.addressee, request.stages, request.decisions, request.made_by
    ):
        return ConflictError(
            "The stage that this link was made for is not yours to decide.", _NEWER
        )
    return None
