"""Which version of a target an asset becomes, by what is there and who was given what. Pure.

The answers are sentences for those who decide or have to correct something; nothing here is reserved.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from promotion.domain.assets import AssetRef
from promotion.domain.versions import highest, order

#: Of a tag that names no version, so much is shown.
_SHOWN: Final = 80


class Holder(StrEnum):
    """Whose a version is that is not there (yet)."""

    #: The asking request's own.
    OWN = "own"
    #: A request's that may still create it.
    AWAITED = "awaited"
    #: A request's that created it; it was deleted since.
    DELETED = "deleted"
    #: A request's that gave up after its copy had begun: files may be lying under it.
    BEGUN = "begun"
    #: A request's that gave up before.
    GIVEN_UP = "given up"


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A version that a request was given."""

    version: str
    holder: Holder
    #: Which request, in words.
    whose: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The version, or why there is none."""

    #: Empty when there is none.
    version: str = ""
    told: str
    ok: bool = True
    #: Whether it has still to be reserved.
    free: bool = False


class Presence(StrEnum):
    """Whether a version is at the target, compared with the files that want to go there."""

    ABSENT = "absent"
    SAME = "same"
    OTHER = "other"


def counted(target: AssetRef, present: Iterable[str], claims: Iterable[Claim]) -> Choice:
    """Return the next integer: above everything that is there, archived or not, and was given to others.

    What was given before is kept, unless a higher version has arrived since. A number whose copy had
    begun, or whose version was deleted, is not given again: Azure ML never creates a version twice.
    """
    there = highest(present)
    claimed = {highest((claim.version,)): claim for claim in claims}
    above = {number: claim for number, claim in claimed.items() if number > there}
    own = [number for number, claim in above.items() if claim.holder is Holder.OWN]
    kept = [number for number, claim in above.items() if claim.holder is not Holder.GIVEN_UP]
    version = str(max(own) if own else 1 + max(kept, default=there))
    if order("integer", version) is None:
        return Choice(
            told=f"No version follows {there} in {target.home.name}. Promote under another name.",
            ok=False,
        )
    has = f"has versions up to {there}" if there else "has no counted version"
    told = f"It becomes version {version} of {target.name}: {target.home.name} {has}."
    return Choice(version=version, told=told, free=not own)


def fixed(target: AssetRef, presence: Presence, claims: Iterable[Claim], remedy: str) -> Choice:
    """Return the one version that will do, unless it is another's."""
    claim = next((each for each in claims if each.version == target.version), None)
    if presence is Presence.SAME:
        told = f"{target.home.name} has {target.label} already, with the very same files."
        return Choice(version=target.version, told=told)
    if problem := _taken(target, presence, claim):
        return Choice(version=target.version, told=f"{problem} {remedy}", ok=False)
    free = claim is None or claim.holder is not Holder.OWN
    return Choice(version=target.version, told=f"It becomes {target.label}.", free=free)


def _taken(target: AssetRef, presence: Presence, claim: Claim | None) -> str | None:
    label = target.label
    if presence is Presence.OTHER:
        return f"{target.home.name} has {label} already, with other files."
    if claim is not None and claim.holder is Holder.AWAITED:
        return f"{label} was given to {claim.whose}. Wait for its end, or:"
    if claim is not None and claim.holder is Holder.DELETED:
        return f"{label} came with {claim.whose} and was deleted; it cannot be created again."
    return None


def tagged(tag: str, value: str) -> Choice:
    """Return the semantic version that a tag names."""
    if order("semver", value) is not None:
        return Choice(version=value, told=f"Its tag {tag!r} names {value}.")
    what = f"Its tag {tag!r} is {value[:_SHOWN]!a}" if value else f"It has no tag {tag!r}"
    told = f"{what}: which version it becomes is not known. Set it to one like 1.4.0 and ask again."
    return Choice(told=told, ok=False)
