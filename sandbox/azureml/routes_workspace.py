"""A workspace's assets in Azure Resource Manager: containers, versions, code uploads.

Each handler: who may, decode, one call, encode. Answers are complete at once, without operations.
"""

from typing import Final

from aiohttp import web

from sandbox.azureml import sas, workspace_assets
from sandbox.azureml.access import place_of, require_read, require_write
from sandbox.azureml.addresses import BlobAddress
from sandbox.azureml.answers import answer, empty
from sandbox.azureml.assets import kind_of
from sandbox.azureml.documents import Properties
from sandbox.azureml.places import stable_uuid, storage_arm_id
from sandbox.azureml.routing import (
    KIND,
    NAME,
    SERVICE,
    VERSION,
    VERSIONS,
    WORKSPACE,
    container_items,
    family_in,
    listed,
    read_properties,
    ref_in,
    version_items,
)
from sandbox.azureml.views import container_body, version_body

routes: Final = web.RouteTableDef()


@routes.get(WORKSPACE + KIND)
async def list_containers(request: web.Request) -> web.Response:
    """Return the assets of a kind."""
    place = place_of(request)
    require_read(request, place)
    kind = kind_of(request.match_info["kind"])
    return listed(request, await container_items(request.app[SERVICE], place, kind))


@routes.get(WORKSPACE + NAME)
async def get_container(request: web.Request) -> web.Response:
    """Return what is known of all versions of an asset."""
    place = place_of(request)
    require_read(request, place)
    family = family_in(request, place)
    return answer(
        container_body(family, await workspace_assets.container(request.app[SERVICE], family)),
    )


@routes.put(WORKSPACE + NAME)
async def put_container(request: web.Request) -> web.Response:
    """Change an asset's container: archive or restore it."""
    place = place_of(request)
    who = require_write(request, place)
    sent = await read_properties(request)
    family = family_in(request, place)
    container = await workspace_assets.put_container(request.app[SERVICE], who, family, sent)
    return answer(container_body(family, container))


@routes.get(WORKSPACE + VERSIONS)
async def list_versions(request: web.Request) -> web.Response:
    """Return the versions of an asset; 404 for an unknown one, except for code.

    The SDK asks for code by hash before it uploads any, and takes no 404 for an answer.
    """
    place = place_of(request)
    require_read(request, place)
    service, family = request.app[SERVICE], family_in(request, place)
    if family.kind != "codes":
        await workspace_assets.container(service, family)
    items = await version_items(service, family, lambda p: _has_hash(p, request.query.get("hash")))
    return listed(request, items)


@routes.get(WORKSPACE + VERSION)
async def get_version(request: web.Request) -> web.Response:
    """Return one version."""
    place = place_of(request)
    require_read(request, place)
    service, ref = request.app[SERVICE], ref_in(request, place)
    version = await workspace_assets.read(service, ref)
    container = await workspace_assets.container(service, ref.family)
    return answer(version_body(service, ref, version, container.latest))


@routes.put(WORKSPACE + VERSION)
async def put_version(request: web.Request) -> web.Response:
    """Create a version (201 with its Location), or archive, restore, describe one (200)."""
    place = place_of(request)
    who = require_write(request, place)
    sent = await read_properties(request)
    service, ref = request.app[SERVICE], ref_in(request, place)
    version, created = await workspace_assets.put(service, who, ref, sent)
    container = await workspace_assets.container(service, ref.family)
    body = version_body(service, ref, version, container.latest)
    # An environment answers 201 again when the same is put again, as recorded.
    if not created and ref.kind != "environments":
        return answer(body)
    return answer(body, 201, {"Location": str(request.url)})


@routes.delete(WORKSPACE + VERSION)
async def delete_version(request: web.Request) -> web.Response:
    """Delete a version: 200, or 204 when there was none."""
    place = place_of(request)
    require_write(request, place)
    found = await workspace_assets.delete(request.app[SERVICE], ref_in(request, place))
    return empty(200 if found else 204)


@routes.post(WORKSPACE + "/codes/{name}/versions/{version}/startPendingUpload")
async def start_upload(request: web.Request) -> web.Response:
    """Return a container of its own, with a signature to upload a component's code to."""
    place = place_of(request)
    require_write(request, place)
    service, parts = request.app[SERVICE], request.match_info
    upload = stable_uuid(f"code|{place.key}|{parts['name']}|{parts['version']}")
    address = BlobAddress(place.accounts[0], upload)
    await service.blobs.ensure_container(address)
    uri = sas.container_sas(
        service.config,
        address,
        sas.WRITE,
        now=service.now(),
        lifetime=service.sas_lifetime,
    )
    reference = {
        "blobUri": address.https(service.config),
        "storageAccountArmId": storage_arm_id(address.account),
        "credential": {"credentialType": "SAS", "sasUri": uri},
    }
    body = {
        "blobReferenceForConsumption": reference,
        "pendingUploadId": upload,
        "pendingUploadType": "TemporaryBlobReference",
    }
    return answer(body)


def _has_hash(properties: Properties, wanted: str | None) -> bool:
    return wanted is None or properties["properties"].get("hash_sha256") == wanted
