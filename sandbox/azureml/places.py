"""The workspaces and registries of the sandbox: names, ids, storage accounts, regions.

Pure facts derived from `sandbox.config`; knows nothing of HTTP, storage clients or assets.
"""

import uuid
from typing import Final

import msgspec

from sandbox.config import LOCATION, REGISTRIES, RESOURCE_GROUP, SUBSCRIPTION_ID, WORKSPACES
from sandbox.people import TENANT_ID

PROVIDER: Final = "Microsoft.MachineLearningServices"
GROUP_ID: Final = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}"
DATASTORE: Final = "workspaceblobstore"

_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_DNS, f"azureml.{TENANT_ID}.sandbox.invalid")


def stable_uuid(text: str) -> str:
    """Return the same UUID for the same text, in every sandbox."""
    return str(uuid.uuid5(_NAMESPACE, text))


def storage_arm_id(account: str) -> str:
    """Return the ARM id of a storage account."""
    return f"{GROUP_ID}/providers/Microsoft.Storage/storageAccounts/{account}"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A registry or a workspace: where assets live."""

    name: str
    #: Storage accounts, the first is written to; more than one are replicas of each other.
    accounts: tuple[str, ...]
    registry: bool

    @property
    def key(self) -> str:
        """What partitions of the place's assets start with."""
        return f"{'r' if self.registry else 'w'}|{self.name}"

    @property
    def arm_id(self) -> str:
        """The resource's id in Azure Resource Manager."""
        collection = "registries" if self.registry else "workspaces"
        return f"{GROUP_ID}/providers/{PROVIDER}/{collection}/{self.name}"

    @property
    def guid(self) -> str:
        """The workspace's (or registry's) own id, the same in every sandbox."""
        return stable_uuid(self.key)

    @property
    def location(self) -> str:
        """The region."""
        return LOCATION

    @property
    def blob_container(self) -> str:
        """The container of a workspace's default datastore."""
        return f"azureml-blobstore-{self.guid}"

    def asset_container(self, asset_id: str) -> str:
        """Return the container of one asset version in a registry: at most 63 characters."""
        prefix = self.name.lower()[:26].rstrip("-")
        return f"{prefix}-{stable_uuid(asset_id.lower())}"


_REGISTRIES: Final = {
    name.lower(): Place(name=name, accounts=accounts, registry=True)
    for name, accounts in REGISTRIES.items()
}
_WORKSPACES: Final = {
    name.lower(): Place(name=name, accounts=(account,), registry=False)
    for name, account in WORKSPACES.items()
}
_WORKSPACES_BY_GUID: Final = {place.guid: place for place in _WORKSPACES.values()}


def registry(name: str) -> Place | None:
    """Return the registry of that name, in any letter case."""
    return _REGISTRIES.get(name.lower())


def workspace(name: str) -> Place | None:
    """Return the workspace of that name, in any letter case."""
    return _WORKSPACES.get(name.lower())


def workspace_by_guid(guid: str) -> Place | None:
    """Return the workspace whose `workspaceId` is `guid`."""
    return _WORKSPACES_BY_GUID.get(guid.lower())


def place_by_key(key: str) -> Place:
    """Return the place a partition belongs to.

    Raises:
        KeyError: no such place in this sandbox.
    """
    letter, _, name = key.partition("|")
    return (_REGISTRIES if letter == "r" else _WORKSPACES)[name.lower()]


def all_places() -> tuple[Place, ...]:
    """Return every workspace and registry."""
    return (*_WORKSPACES.values(), *_REGISTRIES.values())
