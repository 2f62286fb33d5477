"""Creates a version over files that were verified, and reads it back.

The order is the promise: nothing exists under the version's name before its files are known to be
the approved ones.
"""

import logging
from typing import Final

from promotion.adapters.azureml import environments
from promotion.adapters.azureml.amending import archive_at_once
from promotion.adapters.azureml.component_creation import create_component
from promotion.adapters.azureml.composites import ENVIRONMENT
from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.contents import Made, composite_of, files_of, made_of
from promotion.adapters.azureml.documents import describe, table_references
from promotion.adapters.azureml.environments import Definition
from promotion.adapters.azureml.presence import already_there
from promotion.adapters.azureml.receipts import Receipts
from promotion.adapters.azureml.sas import TakenError
from promotion.adapters.azureml.sdk import Blueprint, Sdk
from promotion.adapters.azureml.verification import OtherContentError, arrived, require_listed
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef
from promotion.domain.errors import BrokenError, NotFoundError, RetryableError, StaleError
from promotion.domain.manifest import Manifest

_log = logging.getLogger(__name__)

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
    # Known from here on: the hosts of the target's region, to which azure-ai-ml will talk.
    connections.plane.base(target.home)
    try:
        if target.kind is AssetKind.COMPONENTS:
            create_component(connections, receipts, description, manifest, target, lineage)
        else:
            sdk.create(_blueprint(connections, receipts, description, manifest, target, lineage))
    except TakenError as taken:
        return already_there(connections, target, manifest, taken)
    try:
        return _read_back(connections, manifest, target)
    except OtherContentError as error:
        raise _withdrawn(connections, target, error) from error


def _withdrawn(connections: Connections, target: AssetRef, error: OtherContentError) -> BrokenError:
    """Return the error of a version that was made over something else than was approved: nobody may use it."""
    archived = archive_at_once(connections, target)
    _log.error("a version is not what was approved", extra={"target": target.id, "now": archived})
    return BrokenError(f"{error.problem} It is there, and {archived}.", error.remedy)


def _blueprint(
    connections: Connections,
    receipts: Receipts,
    description: AssetDescription,
    manifest: Manifest,
    target: AssetRef,
    lineage: dict[str, str],
) -> Blueprint:
    files = files_of(target, manifest)
    return Blueprint(
        target=target,
        description=description,
        uri=arrived(connections, receipts, files, target) if files else "",
        properties={**description.properties, **lineage},
        references=_references(connections, description),
        definition=_definition(connections, description, manifest),
    )


def _definition(
    connections: Connections,
    description: AssetDescription,
    manifest: Manifest,
) -> Definition | None:
    source = description.ref
    if source.kind is not AssetKind.ENVIRONMENTS:
        return None
    found = environments.read_definition(source, connections.plane.version(source))
    ENVIRONMENT.require_approved(source, found.canonical, manifest)
    return found


def _references(connections: Connections, description: AssetDescription) -> tuple[str, ...]:
    if description.type != _TABLE:
        return ()
    return table_references(connections.plane.version(description.ref))


def _read_back(connections: Connections, manifest: Manifest, asset: AssetRef) -> AssetDescription:
    try:
        document = connections.plane.version(asset)
    except NotFoundError as error:
        raise RetryableError(
            f"{asset.home.name} said it had created {asset.label}, but does not show it yet.",
            "It is looked at again. If it goes on, compare the registry's regions.",
        ) from error
    carrier: AssetRef | None = asset
    if composite_of(asset) is not None:
        made = made_of(asset, document)
        _require_definition(asset, made, manifest)
        carrier = made.carrier
    files = files_of(asset, manifest)
    if files is not None and carrier is not None:
        require_listed(connections, carrier, files)
    return describe(asset, document)


def _require_definition(asset: AssetRef, created: Made, manifest: Manifest) -> None:
    try:
        created.composite.require_approved(asset, created.definition, manifest)
    except StaleError as error:
        raise OtherContentError(
            f"{asset.id} was created, but the registry keeps another definition than the approved "
            "one.",
            "Compare the two definitions.",
        ) from error
