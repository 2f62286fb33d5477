"""Signed access to the files of registry assets: to write before creation, to read after.

One container per version, made when it is first asked for; its name depends on the asset's id
alone, so asking again gives the same container. Must not know HTTP.
"""

from typing import Any

from sandbox.azureml import registry_assets, sas
from sandbox.azureml.addresses import BlobAddress
from sandbox.azureml.assets import Ref, parse_registry_id
from sandbox.azureml.errors import already_exists, bad_request, was_deleted
from sandbox.azureml.places import Place, stable_uuid, storage_arm_id
from sandbox.azureml.service import Service
from sandbox.azureml.shapes import location


def asset_of(place: Place, name: str, version: str, body: dict[str, Any]) -> Ref:
    """Return the asset a request is about: the path tells name and version, the body the kind.

    Raises:
        ServiceError: 400, `assetId` is missing, malformed, or another asset than the path's.
    """
    given = body.get("assetId")
    if not isinstance(given, str):
        raise bad_request("assetId is required.")
    ref = parse_registry_id(given)
    if (ref.place, ref.name, ref.version) != (place, name, version):
        raise bad_request(f"assetId {given} is not {name} version {version} of {place.name}.")
    return ref


async def to_write(service: Service, ref: Ref) -> dict[str, Any]:
    """Return the answer of `tempdatarefs`: where the files of a version to come are uploaded.

    Raises:
        ServiceError: 409, the version exists or was deleted.
    """
    found = await service.store.version(ref)
    if found is not None and found.state == "deleted":
        raise was_deleted(ref.id, found.modified.at)
    if found is not None:
        raise already_exists(ref.id)
    address = BlobAddress(ref.place.accounts[0], ref.place.asset_container(ref.id))
    await service.blobs.ensure_container(address)
    return {
        "blobReferenceForConsumption": _reference(service, address, sas.WRITE),
        "imageReferenceForConsumption": None,
        "temporaryDataReferenceId": stable_uuid(f"temporary|{ref.id}"),
        "temporaryDataReferenceType": None,
    }


async def to_read(service: Service, ref: Ref, blob_uri: str) -> dict[str, Any]:
    """Return the answer of `datarefs`: a signature for the container `blob_uri` lies in.

    Raises:
        ServiceError: 404, no such version; 400, the address is not one of its replicas.
    """
    found = await registry_assets.read(service, ref)
    kept = location(service.config, ref.place, ref.kind, found.properties)
    asked = BlobAddress.parse(service.config, blob_uri)
    own = asked is not None and asked.account in ref.place.accounts
    if asked is None or kept is None or not own or asked.container != kept.container:
        raise bad_request(f"blobUri {blob_uri} is not where {ref.id} keeps its files.")
    return {"blobReferenceForConsumption": _reference(service, asked, sas.READ)}


def _reference(service: Service, address: BlobAddress, permission: str) -> dict[str, Any]:
    return {
        "blobUri": address.https(service.config),
        "storageAccountArmId": storage_arm_id(address.account),
        "credential": _credential(service, address, permission),
    }


def _credential(service: Service, address: BlobAddress, permission: str) -> dict[str, str]:
    if service.knobs.settings.no_credentials:
        return {"credentialType": "NoCredentials"}
    uri = sas.container_sas(
        service.config,
        address,
        permission,
        now=service.now(),
        lifetime=service.sas_lifetime,
    )
    return {"credentialType": "SAS", "sasUri": uri}
