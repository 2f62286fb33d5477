"""What it means that a registry refuses to make a version: there already, deleted, or on its way.

Success is only the same content; a person decides about everything else.
"""

from typing import Final

from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.contents import read_manifest
from promotion.adapters.azureml.documents import describe
from promotion.adapters.azureml.operations import UnderWayError
from promotion.adapters.azureml.sas import TakenError
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import ConflictError, NotFoundError
from promotion.domain.manifest import Manifest

#: How the service words that a version is gone for good.
_GONE: Final = ("cannot be recreated", "was deleted")


def already_there(
    connections: Connections,
    asset: AssetRef,
    manifest: Manifest,
    taken: TakenError,
) -> AssetDescription:
    """Return the version that is there when it has the approved content.

    Raises:
        ConflictError: it has other content, or was deleted and cannot be created again.
        UnderWayError: it is being created just now.
    """
    description = existing(connections, asset, taken)
    present = read_manifest(connections, asset)
    if present.digest != manifest.digest:
        raise ConflictError(
            f"{asset.home.name} has {asset.label} already, with other content: {present.digest}, "
            f"approved was {manifest.digest}.",
            "Nothing was changed. Register a new version in the source and promote that one.",
        ) from taken
    return description


def existing(connections: Connections, asset: AssetRef, taken: TakenError) -> AssetDescription:
    """Return the version that is there, whatever its content.

    Raises:
        ConflictError: it was deleted and cannot be created again.
        UnderWayError: it is being created just now.
    """
    try:
        return describe(asset, connections.plane.version(asset))
    except NotFoundError:
        if any(words in taken.problem.lower() for words in _GONE):
            raise ConflictError(
                f"{asset.label} was deleted from {asset.home.name}; Azure ML lets no version "
                "be created again.",
                "Promote the content as another version.",
            ) from taken
        raise UnderWayError(
            f"{asset.id} is being created just now.", "It is looked at again."
        ) from taken
