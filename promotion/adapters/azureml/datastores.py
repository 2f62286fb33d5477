"""Opens the files of workspaces: the signature that a datastore keeps, or one in the app's own name.

Most datastores keep a key or give a signature. Those that rely on identities alone keep neither; there
the app signs with a user delegation key, which lets it read what its own roles on that storage account
let it read, for an hour. Knows datastores and signatures; nothing of registries.
"""

import datetime as dt
import re
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import BlobServiceClient, generate_container_sas

from promotion.adapters.azureml.codes import CODES
from promotion.adapters.azureml.documents import files_uri
from promotion.adapters.azureml.errors import cause, code_of, storage_fault, translated
from promotion.adapters.azureml.grants import Grant
from promotion.adapters.azureml.plane import DATASTORE_API, Plane
from promotion.adapters.azureml.store import API_VERSION, storage_retries
from promotion.domain.assets import AssetRef, Workspace
from promotion.domain.errors import ForbiddenError, PromotionError, RefusedError

_URI: Final = re.compile(
    r"azureml://(?:subscriptions/[^/]+/resourcegroups/[^/]+/workspaces/(?P<workspace>[^/]+)/)?"
    r"datastores/(?P<datastore>[^/]+)/paths/(?P<path>.*)",
    re.IGNORECASE,
)
#: Code is uploaded past the datastores, into a container of its own on the default datastore's account.
_CODE: Final = re.compile(r"https://[^/]+/(?P<container>[^/?]+)/(?P<path>[^?]*)")
_DEFAULT: Final = "workspaceblobstore"
_LIFETIME: Final = dt.timedelta(hours=1)
#: Clocks differ: a signature that begins in the future opens nothing.
_EARLIER: Final = dt.timedelta(minutes=10)
_READ: Final = "rl"
_SHOWN: Final = 200
#: What Azure lets an account be called.
_ACCOUNT: Final = re.compile(r"[a-z0-9]{3,24}")


class Datastores:
    """The datastores of workspaces, as the app's identity may open them."""

    def __init__(
        self,
        plane: Plane,
        credential: TokenCredential,
        transport: RequestsTransport,
        *,
        suffix: str,
        retry_seconds: float,
    ) -> None:
        self._plane = plane
        self._credential = credential
        self._transport = transport
        #: End of storage addresses in this cloud: `core.windows.net`.
        self._suffix = suffix
        self._retry_seconds = retry_seconds

    def to_read(self, asset: AssetRef, workspace: Workspace) -> Grant:
        """Return access to the files of a workspace's asset.

        Raises:
            NotFoundError: there is no such version.
            InvalidError: it has no files.
            RefusedError: they are in no datastore of blobs of this workspace.
            ForbiddenError: the app's identity may not open the datastore, or read what is behind it.
        """
        uri = files_uri(asset, self._plane.version(asset))
        if asset.kind is CODES and (code := _CODE.fullmatch(uri)):
            signed = self._signed(asset, workspace, _DEFAULT, code["container"])
            return Grant.of(signed, code["path"])
        found = _URI.fullmatch(uri)
        if (
            found is None
            or (found["workspace"] or workspace.name).lower() != workspace.name.lower()
        ):
            raise RefusedError(
                f"{asset.id} keeps its files at {uri!r}, outside the workspace's datastores.",
                "Register it from a datastore, or share it to a registry and promote that.",
            )
        return Grant.of(self._signed(asset, workspace, found["datastore"]), found["path"])

    def _signed(
        self, asset: AssetRef, workspace: Workspace, name: str, other_container: str = ""
    ) -> str:
        # The account is the datastore's, whatever host an asset names: no signature goes elsewhere.
        path = f"/datastores/{quote(name, safe='')}"
        with translated(f"opening the datastore of {asset.id}", workspace, self._plane.identity):
            document = self._plane.get(workspace, path, DATASTORE_API)
        datastore: dict[str, Any] = document.get("properties") or {}
        account, own = _place(asset, datastore)
        container = other_container or own
        endpoint = self._endpoint(asset, account, str(datastore.get("endpoint") or self._suffix))
        if (datastore.get("credentials") or {}).get("credentialsType") == "None":
            signature = self._delegated(asset, endpoint, account, container)
        else:
            secrets = self._secrets(asset, workspace, path)
            signature = _kept(asset, account, container, secrets)
        return f"{endpoint}/{container}?{signature}"

    def _endpoint(self, asset: AssetRef, account: str, suffix: str) -> str:
        # Whoever may change a datastore says what these are: the app's token goes to Azure's storage alone.
        if _ACCOUNT.fullmatch(account) and suffix == self._suffix:
            return f"https://{account}.blob.{suffix}"
        raise RefusedError(
            f"{asset.id} lies in a datastore at {f'{account}.blob.{suffix}'[:_SHOWN]!r}, which is no storage "
            "account of this cloud.",
            f"Let the datastore name an account that ends with {self._suffix}, and look at who changed it.",
        )

    def _secrets(self, asset: AssetRef, workspace: Workspace, path: str) -> dict[str, Any]:
        asked = {"expirableSecret": True, "expireAfterHours": 1}
        with translated(f"opening the datastore of {asset.id}", workspace, self._plane.identity):
            return self._plane.post(workspace, f"{path}/listSecrets", asked, DATASTORE_API)

    def _delegated(self, asset: AssetRef, endpoint: str, account: str, container: str) -> str:
        start, end = _validity()
        client = BlobServiceClient(
            endpoint,
            self._credential,
            transport=self._transport,
            api_version=API_VERSION,
            retry_policy=storage_retries(self._retry_seconds),
        )
        try:
            key = client.get_user_delegation_key(start, end)
        except AzureError as error:
            raise self._unsigned(error, asset, account) from cause(error)
        return generate_container_sas(
            account, container, user_delegation_key=key, permission=_READ, start=start, expiry=end
        )

    def _unsigned(self, error: AzureError, asset: AssetRef, account: str) -> PromotionError:
        doing = f"signing for the files of {asset.id}"
        refused = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
        if not isinstance(error, HttpResponseError) or error.status_code not in refused:
            return storage_fault(error, doing, asset.home)
        who = self._plane.identity
        return ForbiddenError(
            f"While {doing}: its datastore keeps no key, and storage account {account} lets {who} "
            f"sign nothing ({code_of(error)}).",
            f"Assign {who} the roles Storage Blob Delegator and Storage Blob Data Reader on storage "
            f"account {account}, or share the asset to a registry and promote that.",
        )


def _place(asset: AssetRef, datastore: dict[str, Any]) -> tuple[str, str]:
    account = datastore.get("accountName")
    container = datastore.get("containerName") or datastore.get("filesystem")
    if isinstance(account, str) and isinstance(container, str):
        return account, container
    raise RefusedError(
        f"{asset.id} lies in a datastore of type {datastore.get('datastoreType')!r}.",
        "Only blob storage is read; share the asset to a registry and promote that.",
    )


def _kept(asset: AssetRef, account: str, container: str, secrets: dict[str, Any]) -> str:
    if isinstance(token := secrets.get("sasToken"), str) and token:
        return token.removeprefix("?")
    if isinstance(key := secrets.get("key"), str) and key:
        start, end = _validity()
        return generate_container_sas(
            account, container, account_key=key, permission=_READ, start=start, expiry=end
        )
    raise RefusedError(
        f"The datastore of {asset.id} keeps neither key nor signature "
        f"(secrets type {secrets.get('secretsType')!r}).",
        "Share the asset to a registry and promote that, or let the datastore rely on identities.",
    )


def _validity() -> tuple[dt.datetime, dt.datetime]:
    now = dt.datetime.now(dt.UTC)
    return now - _EARLIER, now + _LIFETIME
