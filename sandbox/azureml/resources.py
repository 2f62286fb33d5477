"""Bodies of the resources around assets: registry discovery, workspaces, registries, datastores.

Facts from `places` in the recorded shapes; nothing here is stored. Must not know HTTP.
"""

from typing import Any, Final

from sandbox.azureml.places import (
    DATASTORE,
    GROUP_ID,
    PROVIDER,
    Place,
    stable_uuid,
    storage_arm_id,
)
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID, Config
from sandbox.people import TENANT_ID

_BORN: Final = "2024-01-01T00:00:00.000000+00:00"
_SYSTEM: Final = {
    "createdAt": _BORN,
    "createdBy": "sandbox",
    "createdByType": "Application",
    "lastModifiedAt": _BORN,
    "lastModifiedBy": "sandbox",
    "lastModifiedByType": "Application",
}


def discovery_body(config: Config, place: Place) -> dict[str, Any]:
    """Return where a registry's data plane is: the SDK adds `mferp/managementfrontend`."""
    base = config.azureml_url
    return {
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


def registry_body(config: Config, place: Place) -> dict[str, Any]:
    """Return a registry resource."""
    region = {
        "location": place.location,
        "storageAccountDetails": [
            {"userCreatedStorageAccount": {"armResourceId": {"resourceId": storage_arm_id(one)}}}
            for one in place.accounts
        ],
        "acrDetails": [],
    }
    discovery = f"registrymanagement/v1.0/registries/{place.name}/discovery"
    properties = {
        "regionDetails": [region],
        "intellectualPropertyPublisher": None,
        "publicNetworkAccess": "Enabled",
        "discoveryUrl": f"{config.azureml_url}{discovery}",
        "managedResourceGroup": {"resourceId": f"{GROUP_ID}-{place.name}"},
        "mlFlowRegistryUri": f"azureml://localhost/mlflow/v1.0{place.arm_id}",
        "privateEndpointConnections": [],
    }
    return {**_resource(place, "registries"), "properties": properties, "systemData": None}


def workspace_body(config: Config, place: Place) -> dict[str, Any]:
    """Return a workspace resource; `share` takes `workspaceId` and `location` from it."""
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
        "discoveryUrl": f"{config.azureml_url}discovery",
        "mlFlowTrackingUri": f"azureml://localhost/mlflow/v1.0{place.arm_id}",
        "sdkTelemetryAppInsightsKey": None,
        "sasGetterUri": None,
    }
    return {
        **_resource(place, "workspaces"),
        "etag": None,
        "properties": properties,
        "sku": {"name": "Basic", "tier": "Basic"},
        "systemData": _SYSTEM,
    }


def datastore_body(config: Config, place: Place) -> dict[str, Any]:
    """Return a workspace's default datastore, to which the SDK uploads."""
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
        "endpoint": config.cloud_metadata["storage_endpoint"],
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
