"""What every version that arrives in a target has in common: asked for first, unchanged, told where it is from."""

from collections.abc import Callable
from typing import Final

import msgspec

from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import (
    BrokenError,
    ConflictError,
    InvalidError,
    NotFoundError,
    RetryableError,
    StaleError,
)
from promotion.domain.manifest import Manifest
from promotion.domain.naming import written_for
from promotion.domain.orders import REINSTATED, WITHDRAWN
from promotion.domain.request import Request
from promotion.ports import World

#: Where a version names the signed statement about it, as a property and as a tag.
_STATEMENT: Final = "promotion.attestation"
#: What this app says of a version in one registry is no word about it in another.
_MARKS: Final = frozenset({_STATEMENT, WITHDRAWN, REINSTATED})
#: How the names of properties begin that this app writes.
_OURS: Final = "promotion."
#: Where a version names the request that brought it.
_REQUEST: Final = "promotion.request"
#: Where a version names the digest that was approved.
_DIGEST: Final = "promotion.digest"


def already_there(
    world: World,
    target: AssetRef,
    digest: str,
    approved: Callable[[], Manifest | None],
    remedy: str,
) -> AssetDescription | None:
    """Return the target's version when it has exactly the approved files; None: there is no such version.

    Args:
        world: the ports.
        target: the version.
        digest: what was approved.
        approved: reads the files that were, as far as they are kept; asked where the version has others.
        remedy: what to do when somebody else made it.

    Raises:
        ConflictError: it has it with other content; `remedy` says what to do.
        RetryableError: the registry does not show all of what was brought yet, or a service is not ready.
    """
    try:
        found = world.registries.describe(target)
    except NotFoundError:
        return None
    present = _present(world, found)
    if present is not None and present.digest == digest:
        return found
    # A registry of several regions answers from each in turn, and not every one has everything at once.
    if found.properties.get(_DIGEST) == digest and _lacks(present, approved()):
        raise RetryableError(
            f"{target.home.name} has {target.label} as it was brought, but does not show all of its files yet.",
            "It is looked at again. If it goes on, compare the registry's regions.",
        )
    what = present.digest if present else "no files"
    raise ConflictError(
        f"{target.home.name} has {target.label} already, with other content: {what}, approved was {digest}.",
        remedy,
    )


def _present(world: World, found: AssetDescription) -> Manifest | None:
    try:
        return world.registries.read_manifest(found.ref)
    except InvalidError:
        return None


def _lacks(present: Manifest | None, approved: Manifest | None) -> bool:
    """Whether a version has nothing but what was approved, and not all of it."""
    if approved is None:
        return False
    there = {(file.path, file.sha256) for file in present.files} if present else set()
    return there < {(file.path, file.sha256) for file in approved.files}


def approved_source(world: World, asset: AssetRef, described: str) -> AssetDescription:
    """Return what the source says of an asset that was approved.

    Args:
        world: the ports.
        asset: the approved one.
        described: the digest of what was said of it then; empty where an earlier release kept none.

    Raises:
        StaleError: it says something else by now, which nobody checked and nobody approved.
        BrokenError: it is not there any more.
    """
    try:
        found = world.registries.describe(asset)
    except NotFoundError as error:
        raise BrokenError(
            f"{asset.id} was approved, but is not there any more.",
            "Nothing was copied. Restore it and retry the request, or cancel it.",
        ) from error
    if described not in {"", found.digest}:
        raise StaleError(
            f"What is said of {asset.id} (type, description, tags, properties, flavors) is not what was "
            "approved any more.",
            "What it says now needs an approval of its own.",
        )
    return found


def require_as_approved(
    world: World, request: Request, found: AssetDescription, remedy: str
) -> None:
    """Raise ConflictError where somebody else made a version that says for ever what nobody approved.

    Its description and tags can be changed at any time, by whoever may write there: they are no part of it.

    Raises:
        StaleError: the source says something else by now than was approved.
        BrokenError: the source is not there any more.
    """
    if not request.described or found.properties.get(_REQUEST) == request.id:
        return
    source = approved_source(world, request.asset, request.described)
    if _lasting(found) != _lasting(written_for(source, request.dependencies)):
        raise ConflictError(
            f"{found.ref.home.name} has {found.ref.label} already, with the very same files, but with another "
            "type, other properties or flavors than were approved.",
            remedy,
        )


def _lasting(said: AssetDescription) -> tuple[str, dict[str, dict[str, str]], dict[str, str]]:
    own = {name: value for name, value in said.properties.items() if not name.startswith(_OURS)}
    return said.type, said.flavors, own


def told(request: Request, description: AssetDescription) -> AssetDescription:
    """Return the description with a tag that names the signed statement, for who looks at the version.

    Tags can be changed later, properties cannot: `lineage` says the same for programs. What an earlier
    promotion or order left in either is no word about this one.
    """
    signed = {_STATEMENT: request.attestation} if request.attestation else {}
    return msgspec.structs.replace(
        description,
        tags=_unmarked(description.tags) | signed,
        properties=_unmarked(description.properties),
    )


def lineage(request: Request, asset: AssetRef, digest: str) -> dict[str, str]:
    """Return the properties that say where a version comes from: an asset, brought by a request."""
    signed = {_STATEMENT: request.attestation} if request.attestation else {}
    return signed | {
        _REQUEST: request.id,
        "promotion.route": request.route,
        "promotion.source": asset.id,
        _DIGEST: digest,
        "promotion.policy": request.policy_hash,
        "promotion.approved_by": ",".join(sorted({each.by.oid for each in request.decisions})),
    }


def _unmarked(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in _MARKS}
