"""Who opens storage: the two calls of registries that azure-ai-ml keeps private, and datastores.

`tempdatarefs` gives a signature to write the files of a version to come, `datarefs` one to read
those of a version that exists. They are azure-ai-ml 1.35.2's own (`_utils/_registry_utils.py`), as
plain requests. A version's address and its signature come from the same reading of the version:
replicas answer in turn, and only the pair fits.
"""

import datetime as dt
import re
from http import HTTPStatus
from typing import Any, Final

from azure.core.exceptions import HttpResponseError
from azure.storage.blob import generate_container_sas

from promotion.adapters.azureml.documents import files_uri
from promotion.adapters.azureml.errors import cause, fault, message_of, translated
from promotion.adapters.azureml.grants import Grant
from promotion.adapters.azureml.plane import DATASTORE_API, Plane, require_registry
from promotion.domain.assets import AssetRef, Workspace
from promotion.domain.errors import BrokenError, ConflictError, RefusedError

_HTTPS: Final = re.compile(r"https://[^/]+/(?P<container>[^/?]+)/?(?P<path>[^?]*)")
_DATASTORE: Final = re.compile(
    r"azureml://(?:subscriptions/[^/]+/resourcegroups/[^/]+/workspaces/(?P<workspace>[^/]+)/)?"
    r"datastores/(?P<datastore>[^/]+)/paths/(?P<path>.*)",
    re.IGNORECASE,
)
_OWN_SIGNATURE: Final = dt.timedelta(hours=1)


class TakenError(ConflictError):
    """The registry gives no signature to write: the version exists, or existed and was deleted."""


def to_write(plane: Plane, asset: AssetRef) -> Grant:
    """Return access to the container where the files of a version to come belong.

    Raises:
        TakenError: the version exists, or was deleted.
        RefusedError: the registry gives no signatures.
    """
    registry = require_registry(asset)
    body = {"assetId": asset.id, "temporaryDataReferenceType": "TemporaryBlobReference"}
    doing = f"asking where to write {asset.id}"
    try:
        answer = plane.put_reference(asset, body)
    except HttpResponseError as error:
        if error.status_code == HTTPStatus.CONFLICT:
            raise TakenError(f"{asset.id}: {message_of(error)}") from cause(error)
        raise fault(error, doing, registry, plane.identity) from cause(error)
    return Grant.of(_signed(asset, answer))


def to_read(plane: Plane, asset: AssetRef) -> Grant:
    """Return access to the files of a version, at the replica that happens to answer.

    Raises:
        NotFoundError: there is no such version.
        InvalidError: it has no files.
        RefusedError: its storage gives no signatures.
    """
    uri = files_uri(asset, plane.version(asset))
    if isinstance(asset.home, Workspace):
        return _datastore_grant(plane, asset, asset.home, uri)
    found = _HTTPS.match(uri)
    if found is None:
        raise BrokenError(f"{asset.id} keeps its files at {uri!r}, which is no blob address.")
    with translated(f"asking for access to {asset.id}", asset.home, plane.identity):
        answer = plane.post_reference(asset, {"assetId": asset.id, "blobUri": uri})
    grant = Grant.of(_signed(asset, answer), found["path"])
    if grant.container != found["container"]:
        raise BrokenError(f"The registry opened another container than that of {asset.id}.")
    return grant


def _signed(asset: AssetRef, answer: dict[str, Any]) -> str:
    reference = answer.get("blobReferenceForConsumption") or {}
    credential = reference.get("credential") or {}
    uri = credential.get("sasUri")
    if isinstance(uri, str):
        return uri
    raise RefusedError(
        f"{asset.home.name} gave no signature for the files of {asset.id} "
        f"(credential type {credential.get('credentialType')!r}).",
        "Registries of other tenants do so; promote from a registry of your own.",
    )


def _datastore_grant(plane: Plane, asset: AssetRef, workspace: Workspace, uri: str) -> Grant:
    found = _DATASTORE.fullmatch(uri)
    if found is None or (found["workspace"] or workspace.name).lower() != workspace.name.lower():
        raise RefusedError(
            f"{asset.id} keeps its files at {uri!r}, outside the workspace's datastores.",
            "Register it from a datastore, or share it to a registry and promote that.",
        )
    path = f"/datastores/{found['datastore']}"
    with translated(f"opening the datastore of {asset.id}", workspace, plane.identity):
        datastore = plane.get(workspace, path, DATASTORE_API).get("properties") or {}
        asked = {"expirableSecret": True, "expireAfterHours": 1}
        secrets = plane.post(workspace, f"{path}/listSecrets", asked, DATASTORE_API)
    return Grant.of(_datastore_uri(asset, datastore, secrets), found["path"])


def _datastore_uri(asset: AssetRef, datastore: dict[str, Any], secrets: dict[str, Any]) -> str:
    account = datastore.get("accountName")
    container = datastore.get("containerName") or datastore.get("filesystem")
    if not (isinstance(account, str) and isinstance(container, str)):
        raise RefusedError(
            f"{asset.id} lies in a datastore of type {datastore.get('datastoreType')!r}.",
            "Only blob storage is read; share the asset to a registry and promote that.",
        )
    url = f"https://{account}.blob.{datastore.get('endpoint') or 'core.windows.net'}/{container}"
    return f"{url}?{_token(asset, account, container, secrets)}"


def _token(asset: AssetRef, account: str, container: str, secrets: dict[str, Any]) -> str:
    if isinstance(token := secrets.get("sasToken"), str) and token:
        return token.removeprefix("?")
    if isinstance(key := secrets.get("key"), str) and key:
        now = dt.datetime.now(dt.UTC)
        return generate_container_sas(
            account_name=account,
            container_name=container,
            account_key=key,
            permission="rl",
            expiry=now + _OWN_SIGNATURE,
        )
    raise RefusedError(
        f"The datastore of {asset.id} keeps neither key nor signature "
        f"(secrets type {secrets.get('secretsType')!r}).",
        "Share the asset to a registry and promote that.",
    )
