"""What the contract's tests need of the world, for each implementation of the port.

A world registers versions, changes and deletes them behind everyone's back. It never judges.
"""

import dataclasses
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import unquote

import msgspec
import requests
from azure.storage.blob import BlobServiceClient, ContainerClient

from promotion.adapters.azureml import AzureMLRegistries, CloudSettings, CopySettings, Receipts
from promotion.adapters.memory import MemoryRegistries
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry, Workspace
from promotion.ports import Registries
from sandbox.azureml.client import SandboxCredential
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID, Config
from sandbox.people import APP, PEOPLE, Identity
from tests.contract.azureml.calls import Calls

DEV = Registry("dev-mlops-registry")
PROD = Registry("prod-mlops-registry")
CENTRAL = Registry("central-mlops-registry")
WORKSPACE = Workspace(SUBSCRIPTION_ID, RESOURCE_GROUP, "dev-mlops-workspace")

_QUICK: dict[str, Any] = {"poll_seconds": 0.1, "retry_seconds": 0.05, "replica_tries": 12}

FILES = {
    "MLmodel": b"flavors: {}\n",
    "model.pkl": b"\x80\x04N." * 5000,
    "data files/größe.bin": bytes(range(256)) * 64,
    "empty.txt": b"",
}


def model(version: str = "1") -> AssetRef:
    """Return a model of the development registry that no other test uses."""
    name = f"model-{uuid.uuid4().hex[:10]}"
    return AssetRef(home=DEV, kind=AssetKind.MODELS, name=name, version=version)


class World(Protocol):
    """An implementation of the port with something behind it."""

    @property
    def registries(self) -> Registries:
        """The implementation."""
        ...

    def register(self, description: AssetDescription, files: dict[str, bytes]) -> None:
        """Make a version with these files."""
        ...

    def change(self, asset: AssetRef, files: dict[str, bytes]) -> None:
        """Write files of a version anew, or further ones, as nobody should."""
        ...

    def delete(self, asset: AssetRef) -> None:
        """Delete a version for good."""
        ...

    def archive(self, asset: AssetRef) -> None:
        """Archive a version."""
        ...

    def content(self, asset: AssetRef) -> dict[str, bytes]:
        """Return the files of a version, read past the implementation."""
        ...


@dataclass
class MemoryWorld:
    """The implementation in memory."""

    registries: MemoryRegistries = dataclasses.field(default_factory=MemoryRegistries)

    def register(self, description: AssetDescription, files: dict[str, bytes]) -> None:
        """Make a version with these files."""
        self.registries.put(description, files)

    def change(self, asset: AssetRef, files: dict[str, bytes]) -> None:
        """Write files of a version anew, or further ones."""
        found = self.registries.describe(asset)
        self.registries.put(found, {**self.content(asset), **files})

    def delete(self, asset: AssetRef) -> None:
        """Delete a version for good."""
        self.registries.delete(asset)

    def archive(self, asset: AssetRef) -> None:
        """Archive a version."""
        found = msgspec.structs.replace(self.registries.describe(asset), archived=True)
        self.registries.put(found, self.content(asset))

    def content(self, asset: AssetRef) -> dict[str, bytes]:
        """Return the files of a version."""
        return dict(self.registries._version(asset).files)


class LocalWorld:
    """The real implementation over the local Azure ML service, and Azurite's blobs behind it."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.registries = self.adapter()
        self._author = Calls(config, PEOPLE["author"])
        self._app = Calls(config, APP)

    def close(self) -> None:
        """Close the connections."""
        self._author.close()
        self._app.close()

    def adapter(
        self,
        *,
        identity: Identity = APP,
        receipts: Receipts | None = None,
        **settings: Any,  # noqa: ANN401 - fields of CopySettings by name
    ) -> AzureMLRegistries:
        """Return an adapter of its own, as a process of its own would have it."""
        return AzureMLRegistries(
            SandboxCredential(self.config, identity),
            CloudSettings.of("sandbox", self.config.cloud_metadata),
            receipts=receipts,
            settings=CopySettings(**{**_QUICK, **settings}),
            polling_interval=0.2,
        )

    def register(self, description: AssetDescription, files: dict[str, bytes]) -> None:
        """Make a version with these files; of type `uri_file` it is the one file itself."""
        asset = description.ref
        container, uri = self._upload_place(asset)
        single = description.type == "uri_file"
        root = f"upload/{next(iter(files))}" if single else "upload/model"
        for path, content in files.items():
            container.upload_blob(f"upload/{path}" if single else f"{root}/{path}", content)
        container.close()
        self.put(asset, _properties(description, f"{uri}/{root}"))

    def put(self, asset: AssetRef, properties: dict[str, Any]) -> None:
        """Make a version over an address, with any properties."""
        path = f"/{asset.kind}/{asset.name}/versions/{asset.version}"
        calls = self._app if asset.home == PROD else self._author
        if isinstance(asset.home, Workspace):
            answer = calls.put(calls.workspace(path), json={"properties": properties})
            assert answer.status_code == 201, answer.text
            return
        accepted = calls.put_version(asset.home.name, path, properties)
        assert accepted.status_code == 202, accepted.text
        answer = _ended(calls, accepted.headers["Location"])
        assert answer.status_code == 200, answer.text

    def change(self, asset: AssetRef, files: dict[str, bytes]) -> None:
        """Write files of a version anew at all replicas, or further ones."""
        for container, root in self.replicas(asset):
            for path, content in files.items():
                container.upload_blob(f"{root}/{path}", content, overwrite=True)

    def delete(self, asset: AssetRef) -> None:
        """Delete a version for good."""
        path = f"/{asset.kind}/{asset.name}/versions/{asset.version}"
        calls = self._app if asset.home == PROD else self._author
        answer = calls.send("DELETE", calls.registry(asset.home.name, path))
        assert answer.status_code == 200, answer.text

    def archive(self, asset: AssetRef) -> None:
        """Archive a version."""
        properties = {**self.document(asset)["properties"], "isArchived": True}
        self.put(asset, {key: value for key, value in properties.items() if value is not None})

    def content(self, asset: AssetRef) -> dict[str, bytes]:
        """Return the files of a version."""
        container, root = next(self.replicas(asset))
        names = [blob.name for blob in container.list_blobs(name_starts_with=root)]
        return {
            name.removeprefix(f"{root}/") or name: container.download_blob(name).readall()
            for name in names
        }

    def document(self, asset: AssetRef) -> dict[str, Any]:
        """Return what the service says of a version."""
        path = f"/{asset.kind}/{asset.name}/versions/{asset.version}"
        answer = self._author.get(self._author.registry(asset.home.name, path))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def replicas(self, asset: AssetRef) -> Iterator[tuple[ContainerClient, str]]:
        """Yield the container of a version on each account it is on, and its root there."""
        properties = self.document(asset)["properties"]
        uri = properties.get("modelUri") or properties["dataUri"]
        _, _, path = uri.partition("://")
        _, container, root = path.split("/", 2)
        for account, port in self.config.ports.accounts.items():
            client = self._account(account).get_container_client(container)
            if client.exists():
                assert port
                yield client, unquote(root)

    def container_of(self, asset: AssetRef) -> ContainerClient:
        """Return the container where a version to come is uploaded."""
        return self._upload_place(asset)[0]

    def _account(self, account: str) -> BlobServiceClient:
        return BlobServiceClient.from_connection_string(self.config.connection_string(account))

    def _upload_place(self, asset: AssetRef) -> tuple[ContainerClient, str]:
        calls = self._app if asset.home == PROD else self._author
        answer = calls.write_reference(asset.home.name, asset.kind, asset.name, asset.version)
        assert answer.status_code == 200, answer.text
        uri = answer.json()["blobReferenceForConsumption"]["blobUri"]
        _, _, rest = uri.partition("://")
        host, _, container = rest.partition("/")
        ports = {port: account for account, port in self.config.ports.accounts.items()}
        account = ports[int(host.rpartition(":")[2])]
        return self._account(account).get_container_client(container), uri


def _ended(calls: Calls, operation: str) -> requests.Response:
    # Each poll is held for seconds while the operation runs; large ones take several on a busy machine.
    for _ in range(20):
        answer = calls.get(operation)
        if answer.status_code != HTTPStatus.ACCEPTED:
            return answer
    raise TimeoutError(f"{operation} did not end")


def _properties(description: AssetDescription, uri: str) -> dict[str, Any]:
    common = {
        "description": description.description,
        "tags": description.tags,
        "properties": description.properties,
        "isAnonymous": False,
        "isArchived": False,
    }
    if description.ref.kind is AssetKind.DATA:
        return {**common, "dataType": description.type, "dataUri": uri}
    flavors = {name: {"data": data} for name, data in description.flavors.items()}
    return {**common, "modelType": description.type, "modelUri": uri, "flavors": flavors}
