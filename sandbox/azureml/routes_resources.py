"""Registry discovery, and the ARM resources around assets: workspaces, registries, datastores.

Facts from `places`; nothing here is stored.
"""

from typing import Any, Final

from aiohttp import web

from sandbox.azureml import sas
from sandbox.azureml.access import WHO, place_of, require_read, require_write
from sandbox.azureml.answers import answer, discovery_failure
from sandbox.azureml.errors import ServiceError, resource_not_found
from sandbox.azureml.places import (
    DATASTORE,
    GROUP_ID,
    PROVIDER,
    Place,
    registry,
    stable_uuid,
    storage_arm_id,
)
from sandbox.azureml.routing import ARM_REGISTRY, SERVICE, WORKSPACE, read_body
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID
from sandbox.people import TENANT_ID

routes: Final = web.RouteTableDef()

_BORN: Final = "2024-01-01T00:00:00.000000+00:00"
_SYSTEM: Final = {
    "createdAt": _BORN,
    "createdBy": "sandbox",
    "createdByType": "Application",
    "lastModifiedAt": _BORN,
    "lastModifiedBy": "sandbox",
    "lastModifiedByType": "Application",
}


@routes.get("/registrymanagement/v1.0/registries/{registry}/discovery")
async def discover(request: web.Request) -> web.Response:
    """Return where a registry's data plane is."""
    place = registry(request.match_info["registry"])
    if place is None or not request[WHO].may_read(place.name):
        return discovery_failure(_undiscovered(request.match_info["registry"], place), _id(request))
    base = request.app[SERVICE].config.azureml_url
    body = {
        "registryId": place.guid,
        "registryName": place.name,
        "tenantId": TENANT_ID,
        "primaryRegion": place.location,
        "regions": [place.location],
        "subscriptionId": SUBSCRIPTION_ID,
        "resourceGroup": RESOURCE_GROUP,
        "workspaceName": None,
        "primaryRegionResourceProviderUri": base,
        "registryFqdns": {place.location: {"uri": base.rstrip("/")}},
        "intellectualPropertyPublisher": None,
        "isTradeRestricted": False,
    }
    return answer(body)


@routes.get(ARM_REGISTRY)
async def get_registry(request: web.Request) -> web.Response:
    """Return a registry resource."""
    place = place_of(request)
    require_read(request, place)
    base = request.app[SERVICE].config.azureml_url
    region = {
        "location": place.location,
        "storageAccountDetails": [
            {"userCreatedStorageAccount": {"armResourceId": {"resourceId": storage_arm_id(one)}}}
            for one in place.accounts
        ],
        "acrDetails": [],
    }
    properties = {
        "regionDetails": [region],
        "intellectualPropertyPublisher": None,
        "publicNetworkAccess": "Enabled",
        "discoveryUrl": f"{base}registrymanagement/v1.0/registries/{place.name}/discovery",
        "managedResourceGroup": {"resourceId": f"{GROUP_ID}-{place.name}"},
        "mlFlowRegistryUri": f"azureml://localhost/mlflow/v1.0{place.arm_id}",
        "privateEndpointConnections": [],
    }
    return answer({**_resource(place, "registries"), "properties": properties, "systemData": None})


@routes.get(WORKSPACE)
async def get_workspace(request: web.Request) -> web.Response:
    """Return a workspace resource; `share` takes `workspaceId` and `location` from it."""
    place = place_of(request)
    require_read(request, place)
    base = request.app[SERVICE].config.azureml_url
    vault = f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/{place.name}"
    properties = {
        "friendlyName": place.name,
        "description": "A workspace of the local sandbox",
        "storageAccount": storage_arm_id(place.accounts[0]),
        "keyVault": vault,
        "applicationInsights": None,
        "hbiWorkspace": False,
        "tenantId": TENANT_ID,
        "imageBuildCompute": None,
        "provisioningState": "Succeeded",
        "containerRegistry": None,
        "notebookInfo": None,
        "storageHnsEnabled": False,
        "workspaceId": place.guid,
        "linkedModelInventoryArmId": None,
        "privateLinkCount": 0,
        "publicNetworkAccess": "Enabled",
        "discoveryUrl": f"{base}discovery",
        "mlFlowTrackingUri": f"azureml://localhost/mlflow/v1.0{place.arm_id}",
        "sdkTelemetryAppInsightsKey": None,
        "sasGetterUri": None,
    }
    body = {
        **_resource(place, "workspaces"),
        "etag": None,
        "properties": properties,
        "sku": {"name": "Basic", "tier": "Basic"},
        "systemData": _SYSTEM,
    }
    return answer(body)


@routes.get(WORKSPACE + "/datastores")
async def list_datastores(request: web.Request) -> web.Response:
    """Return the workspace's datastores: the default one."""
    place = place_of(request)
    require_read(request, place)
    return answer({"value": [await _datastore(request, place)]})


@routes.get(WORKSPACE + "/datastores/{datastore}")
async def get_datastore(request: web.Request) -> web.Response:
    """Return the default datastore; there is no other."""
    place = place_of(request)
    require_read(request, place)
    _require_default(request, place)
    return answer(await _datastore(request, place))


@routes.post(WORKSPACE + "/datastores/{datastore}/listSecrets")
async def list_secrets(request: web.Request) -> web.Response:
    """Return a signature for the datastore's account when an expirable secret is asked for.

    Otherwise the account key, as recorded up to 2024. Who may only read is refused, as Azure's
    role Reader is: a signature that only reads would let the SDK's upload wait for ever.
    """
    place = place_of(request)
    require_write(request, place)
    _require_default(request, place)
    service, account = request.app[SERVICE], place.accounts[0]
    body = await read_body(request) if request.can_read_body else {}
    if body.get("expirableSecret") is not True:
        key = service.config.account_keys[account]
        return answer({"secretsType": "AccountKey", "key": key})
    token = sas.account_sas(
        service.config,
        account,
        sas.DATASTORE,
        now=service.now(),
        lifetime=service.sas_lifetime,
    )
    return answer({"secretsType": "Sas", "sasToken": token})


async def _datastore(request: web.Request, place: Place) -> dict[str, Any]:
    service = request.app[SERVICE]
    properties = {
        "description": None,
        "tags": None,
        "properties": None,
        "isDefault": True,
        "credentials": {"credentialsType": "AccountKey"},
        "intellectualProperty": None,
        "subscriptionId": SUBSCRIPTION_ID,
        "resourceGroup": RESOURCE_GROUP,
        "datastoreType": "AzureBlob",
        "accountName": place.accounts[0],
        "containerName": place.blob_container,
        "endpoint": service.config.cloud_metadata["storage_endpoint"],
        "protocol": "https",
        "serviceDataAccessAuthIdentity": "None",
    }
    return {
        "id": f"{place.arm_id}/datastores/{DATASTORE}",
        "name": DATASTORE,
        "type": f"{PROVIDER}/workspaces/datastores",
        "properties": properties,
        "systemData": _SYSTEM,
    }


def _require_default(request: web.Request, place: Place) -> None:
    name = request.match_info["datastore"]
    if name != DATASTORE:
        raise resource_not_found(f"{place.arm_id}/datastores/{name}")


def _resource(place: Place, collection: str) -> dict[str, Any]:
    identity = {
        "type": "SystemAssigned",
        "principalId": stable_uuid(f"principal|{place.key}"),
        "tenantId": TENANT_ID,
    }
    return {
        "id": place.arm_id,
        "name": place.name,
        "type": f"{PROVIDER}/{collection}",
        "location": place.location,
        "tags": {},
        "identity": identity,
    }


def _undiscovered(name: str, place: Place | None) -> ServiceError:
    if place is None:
        return ServiceError(404, f"Registry {name} was not found.", inner=("NotFoundError",))
    return ServiceError(
        403,
        f"User/tenant/subscription is not allowed to access registry {name}",
        inner=("Auth", "Authorization", "UnAuthorizedRegistryAccess"),
    )


def _id(request: web.Request) -> str:
    return stable_uuid(f"{id(request)}").replace("-", "")
