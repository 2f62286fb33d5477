"""Who opens the storage of registries: the two calls that azure-ai-ml keeps private.

`tempdatarefs` gives a signature to write the files of a version to come, `datarefs` one to read
those of a version that exists. They are azure-ai-ml 1.35.2's own (`_utils/_registry_utils.py`), as
plain requests. A version's address and its signature come from the same reading of the version:
replicas answer in turn, and only the pair fits.
"""

import re
from http import HTTPStatus
from typing import Any, Final

from azure.core.exceptions import HttpResponseError

from promotion.adapters.azureml.documents import files_uri
from promotion.adapters.azureml.errors import cause, fault, message_of, translated
from promotion.adapters.azureml.grants import Grant
from promotion.adapters.azureml.plane import Plane, require_registry
from promotion.domain.assets import AssetRef
from promotion.domain.errors import BrokenError, ConflictError, RefusedError

_HTTPS: Final = re.compile(r"https://[^/]+/(?P<container>[^/?]+)/?(?P<path>[^?]*)")


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
    """Return access to the files of a registry's version, at the replica that happens to answer.

    Raises:
        NotFoundError: there is no such version.
        InvalidError: it has no files.
        RefusedError: its storage gives no signatures.
    """
    uri = files_uri(asset, plane.version(asset))
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
