"""Has a registry take over an asset from a workspace: the service's own import, done safely twice.

azure-ai-ml's `share` loses its client's settings on the way, polls every 30 seconds whatever it is
told, is not safe to use from several threads and fails when repeated (1.35.2): so these are its
requests, plain.
"""

from http import HTTPStatus
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.core.rest import HttpRequest

from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.documents import describe
from promotion.adapters.azureml.errors import cause, fault, message_of, translated
from promotion.adapters.azureml.operations import finish
from promotion.adapters.azureml.plane import (
    REGISTRY_API,
    WORKSPACE_ITSELF_API,
    require_registry,
)
from promotion.adapters.azureml.presence import existing
from promotion.adapters.azureml.sas import TakenError
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Workspace
from promotion.domain.errors import (
    BrokenError,
    ConflictError,
    InvalidError,
    RefusedError,
)


def share(connections: Connections, source: AssetRef, target: AssetRef) -> AssetDescription:
    """Have the registry import a workspace asset; return the version there.

    Sharing the same asset to the same version again is success.

    Raises:
        NotFoundError: the workspace has no such version.
        ConflictError: the registry's version came from elsewhere, or was deleted.
        UnderWayError: it is not done yet; asking again finds it.
        RefusedError: components cannot be shared.
    """
    origin = origin_of(connections, source)
    try:
        operation = _import(connections, origin, target)
    except TakenError as taken:
        return _shared_before(connections, origin, target, taken)
    finish(connections, operation, f"sharing to {target.id}", target.home)
    return describe(target, connections.plane.version(target))


def origin_of(connections: Connections, source: AssetRef) -> str:
    """Return what a shared version says it came from (`originAssetId`; models alone tell it).

    Raises:
        NotFoundError: the workspace has no such version.
        RefusedError: components cannot be shared.
    """
    if source.kind is AssetKind.COMPONENTS:
        raise RefusedError(
            f"{source.id}: Azure ML shares no components.",
            "Create the component in the registry from its specification.",
        )
    if not isinstance(source.home, Workspace):
        raise InvalidError(f"{source.id} is not in a workspace.", "Promote it instead of sharing.")
    connections.plane.version(source)
    with translated(f"looking up workspace {source.home.name}", source.home, _who(connections)):
        found = connections.plane.get(source.home, "", WORKSPACE_ITSELF_API)
    guid = (found.get("properties") or {}).get("workspaceId")
    if not guid or not found.get("location"):
        raise BrokenError(f"Workspace {source.home.name} tells neither id nor location.")
    place = f"azureml://locations/{found['location']}/workspaces/{guid}"
    return f"{place}/{source.kind}/{source.name}/versions/{source.version}"


def _import(connections: Connections, origin: str, target: AssetRef) -> str:
    registry = require_registry(target)
    asked: dict[str, Any] = {
        "referenceType": "Id",
        "destinationName": target.name,
        "destinationVersion": target.version,
        "sourceAssetId": origin,
    }
    url = f"{connections.plane.base(registry)}/import?api-version={REGISTRY_API}"
    try:
        response = connections.plane.send(HttpRequest("POST", url, json={"properties": asked}))
    except HttpResponseError as error:
        if error.status_code == HTTPStatus.CONFLICT:
            raise TakenError(f"{target.id}: {message_of(error)}") from cause(error)
        doing = f"sharing to {target.id}"
        raise fault(error, doing, registry, _who(connections)) from cause(error)
    return str(response.headers.get("Location", ""))


def _shared_before(
    connections: Connections,
    origin: str,
    target: AssetRef,
    taken: TakenError,
) -> AssetDescription:
    found = existing(connections, target, taken)
    if found.origin.lower() == origin.lower():
        return found
    raise ConflictError(
        f"{target.home.name} has {target.label} already, from {found.origin or 'elsewhere'}.",
        "Nothing was changed. Share under another name or version.",
    ) from taken


def _who(connections: Connections) -> str:
    return connections.plane.identity
