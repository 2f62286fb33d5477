"""Creates components, and the code they run, from what was approved.

By plain requests: azure-ai-ml makes a component from an object of its own, in which not all of a
specification survives, and uploads code itself. The shapes are those it sends (1.35.2).
"""

from http import HTTPStatus
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.core.rest import HttpRequest

from promotion.adapters.azureml import operations
from promotion.adapters.azureml.components import Specification, read_specification
from promotion.adapters.azureml.composites import COMPONENT
from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.errors import cause, fault, message_of
from promotion.adapters.azureml.plane import REGISTRY_API, Document, require_registry
from promotion.adapters.azureml.presence import already_there
from promotion.adapters.azureml.receipts import Receipts
from promotion.adapters.azureml.sas import TakenError
from promotion.adapters.azureml.verification import arrived
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.manifest import Manifest


def create_component(
    connections: Connections,
    receipts: Receipts,
    description: AssetDescription,
    manifest: Manifest,
    target: AssetRef,
    lineage: dict[str, str],
) -> None:
    """Create a component over its code, with the ids in its specification written for the target.

    Raises:
        TakenError: the version exists, or was deleted.
        StaleError: the source's specification is not the approved one.
        ConflictError: the target has its code with other content.
    """
    document = connections.plane.version(description.ref)
    found = read_specification(description.ref, document)
    COMPONENT.require_approved(description.ref, found.canonical, manifest)
    files = COMPONENT.files_of(manifest)
    if files is not None and found.code is not None:
        _create_code(connections, receipts, found.code, files, found.code.moved(target.home))
    _put(connections, target, _properties(document, found, description, target, lineage))


def _properties(
    document: Document,
    found: Specification,
    description: AssetDescription,
    target: AssetRef,
    lineage: dict[str, str],
) -> Document:
    spec = found.written_for(target)
    return {
        "componentSpec": spec,
        "description": description.description or spec.get("description"),
        "tags": description.tags,
        "properties": {**description.properties, **lineage},
        "isAnonymous": (document.get("properties") or {}).get("isAnonymous") is True,
        "isArchived": False,
    }


def _create_code(
    connections: Connections,
    receipts: Receipts,
    source: AssetRef,
    files: Manifest,
    target: AssetRef,
) -> None:
    try:
        uri = arrived(connections, receipts, files, target)
        own = connections.plane.version(source).get("properties") or {}
        kept: dict[str, Any] = {name: own.get(name) or {} for name in ("properties", "tags")}
        flags = {"isAnonymous": own.get("isAnonymous") is True, "isArchived": False}
        _put(connections, target, {**kept, **flags, "codeUri": uri})
    except TakenError as taken:
        already_there(connections, target, files, taken)


def _put(connections: Connections, asset: AssetRef, properties: Document) -> None:
    registry = require_registry(asset)
    doing = f"creating {asset.id}"
    path = f"/{asset.kind}/{asset.name}/versions/{asset.version}"
    url = f"{connections.plane.base(registry)}{path}?api-version={REGISTRY_API}"
    try:
        answer = connections.plane.send(HttpRequest("PUT", url, json={"properties": properties}))
    except HttpResponseError as error:
        if error.status_code == HTTPStatus.CONFLICT:
            raise TakenError(f"{asset.id}: {message_of(error)}") from cause(error)
        raise fault(error, doing, registry, connections.plane.identity) from cause(error)
    operations.finish(connections, str(answer.headers.get("Location", "")), doing, registry)
