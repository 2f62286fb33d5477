"""Creates a version over files that were verified, and reads it back.

The order is the promise: nothing exists under the version's name before its files are known to be
the approved ones.
"""

from typing import Final

from promotion.adapters.azureml import receipts as records
from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.documents import describe, references
from promotion.adapters.azureml.presence import already_there
from promotion.adapters.azureml.receipts import Receipts
from promotion.adapters.azureml.sas import TakenError
from promotion.adapters.azureml.sdk import Blueprint, Sdk
from promotion.adapters.azureml.targets import open_target
from promotion.adapters.azureml.verification import require_arrived, require_listed
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import BrokenError, NotFoundError
from promotion.domain.manifest import Manifest

_TABLE: Final = "mltable"


def create(
    connections: Connections,
    sdk: Sdk,
    receipts: Receipts,
    description: AssetDescription,
    manifest: Manifest,
    target: AssetRef,
    lineage: dict[str, str],
) -> AssetDescription:
    """Verify, create, read back; a version with the same content that is there already is success.

    Raises:
        BrokenError: what arrived is not what the manifest says.
        ConflictError: the version has other content, or cannot be created again.
        RetryableError: something is not ready.
    """
    try:
        uri = _verified(connections, receipts, manifest, target)
        sdk.create(
            Blueprint(
                target=target,
                description=description,
                uri=uri,
                properties={**description.properties, **lineage},
                references=_references(connections, description),
            ),
        )
    except TakenError as taken:
        return already_there(connections, target, manifest, taken)
    return _read_back(connections, manifest, target)


def _references(connections: Connections, description: AssetDescription) -> tuple[str, ...]:
    if description.type != _TABLE:
        return ()
    return references(connections.plane.version(description.ref))


def _verified(
    connections: Connections,
    receipts: Receipts,
    manifest: Manifest,
    asset: AssetRef,
) -> str:
    target = open_target(connections, asset, manifest)
    record = records.load(receipts, asset, manifest.digest, target.store.grant.store)
    require_arrived(connections, asset, manifest, target, record)
    return target.uri


def _read_back(connections: Connections, manifest: Manifest, asset: AssetRef) -> AssetDescription:
    try:
        created = describe(asset, connections.plane.version(asset))
    except NotFoundError as error:
        raise BrokenError(
            f"{asset.home.name} said it had created {asset.label}, but does not have it.",
            "Retry the promotion.",
        ) from error
    require_listed(connections, asset, manifest)
    return created
