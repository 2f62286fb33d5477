"""What every version that arrives in a target has in common: asked for first, unchanged, told where it is from."""

from typing import Final

import msgspec

from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import BrokenError, ConflictError, NotFoundError, StaleError
from promotion.domain.request import Request
from promotion.ports import World

#: Where a version names the signed statement about it, as a property and as a tag.
_STATEMENT: Final = "promotion.attestation"


def already_there(world: World, target: AssetRef, digest: str, remedy: str) -> bool:
    """Whether the target has the version, with exactly the approved files.

    Raises:
        ConflictError: it has it with other content; `remedy` says what to do.
        RetryableError: a service is not ready.
    """
    try:
        world.registries.describe(target)
    except NotFoundError:
        return False
    present = world.registries.read_manifest(target)
    if present.digest == digest:
        return True
    raise ConflictError(
        f"{target.home.name} has {target.label} already, with other content: "
        f"{present.digest}, approved was {digest}.",
        remedy,
    )


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


def told(request: Request, description: AssetDescription) -> AssetDescription:
    """Return the description with a tag that names the signed statement, for who looks at the version.

    Tags can be changed later, properties cannot: `lineage` says the same for programs. What an earlier
    promotion left in either is no word about this one.
    """
    signed = {_STATEMENT: request.attestation} if request.attestation else {}
    return msgspec.structs.replace(
        description,
        tags=_unsigned(description.tags) | signed,
        properties=_unsigned(description.properties),
    )


def lineage(request: Request, asset: AssetRef, digest: str) -> dict[str, str]:
    """Return the properties that say where a version comes from: an asset, brought by a request."""
    signed = {_STATEMENT: request.attestation} if request.attestation else {}
    return signed | {
        "promotion.request": request.id,
        "promotion.route": request.route,
        "promotion.source": asset.id,
        "promotion.digest": digest,
        "promotion.policy": request.policy_hash,
        "promotion.approved_by": ",".join(sorted({each.by.oid for each in request.decisions})),
    }


def _unsigned(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name != _STATEMENT}
