"""Creates a version over files that were verified, and reads it back.

The order is the promise: nothing exists under the version's name before its files are known to be
the approved ones.
"""

from typing import Final

from promotion.adapters.azureml import environments
from promotion.adapters.azureml import receipts as records
from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.contents import files_of
from promotion.adapters.azureml.documents import describe, references
from promotion.adapters.azureml.environments import Definition
from promotion.adapters.azureml.presence import already_there
from promotion.adapters.azureml.receipts import Receipts
from promotion.adapters.azureml.sas import TakenError
from promotion.adapters.azureml.sdk import Blueprint, Sdk
from promotion.adapters.azureml.targets import open_target
from promotion.adapters.azureml.verification import require_arrived, require_listed
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef
from promotion.domain.errors import BrokenError, NotFoundError, StaleError
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
        blueprint = Blueprint(
            target=target,
            description=description,
            uri=_verified(connections, receipts, manifest, target),
            properties={**_own(description.properties), **lineage},
            references=_references(connections, description),
            definition=_definition(connections, description, manifest),
        )
        sdk.create(blueprint)
    except TakenError as taken:
        return already_there(connections, target, manifest, taken)
    return _read_back(connections, manifest, target)


def _own(properties: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in properties.items() if name != environments.LABELS}


def _definition(
    connections: Connections,
    description: AssetDescription,
    manifest: Manifest,
) -> Definition | None:
    source = description.ref
    if source.kind is not AssetKind.ENVIRONMENTS:
        return None
    found = environments.read_definition(source, connections.plane.version(source))
    environments.require_approved(source, found, manifest)
    return found


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
    files = files_of(asset, manifest)
    if files is None:
        return ""
    target = open_target(connections, asset, files)
    record = records.load(receipts, asset, files.digest, target.store.grant.store)
    require_arrived(connections, asset, files, target, record)
    return target.uri


def _read_back(connections: Connections, manifest: Manifest, asset: AssetRef) -> AssetDescription:
    try:
        document = connections.plane.version(asset)
    except NotFoundError as error:
        raise BrokenError(
            f"{asset.home.name} said it had created {asset.label}, but does not have it.",
            "Retry the promotion.",
        ) from error
    if asset.kind is AssetKind.ENVIRONMENTS:
        _require_definition(asset, environments.read_definition(asset, document), manifest)
    files = files_of(asset, manifest)
    if files is not None:
        require_listed(connections, asset, files)
    return describe(asset, document)


def _require_definition(asset: AssetRef, created: Definition, manifest: Manifest) -> None:
    try:
        environments.require_approved(asset, created, manifest)
    except StaleError as error:
        raise BrokenError(
            f"{asset.id} was created, but the registry keeps another definition than the approved "
            "one.",
            "Archive the version and compare the two definitions.",
        ) from error
