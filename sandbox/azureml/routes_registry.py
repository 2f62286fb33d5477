"""The registry data plane: containers, versions, signed references, import.

Each handler: who may, decode, one call, encode. Status and headers as recorded; what the calls
mean is `registry_assets`, `references` and `imports`' business.
"""

from typing import Final

from aiohttp import web

from sandbox.azureml import imports, references, registry_assets
from sandbox.azureml.access import place_of, require_read, require_write
from sandbox.azureml.answers import answer, empty
from sandbox.azureml.assets import kind_of
from sandbox.azureml.documents import Operation
from sandbox.azureml.errors import asset_not_found, bad_request
from sandbox.azureml.routing import (
    ARM_REGISTRY,
    KIND,
    NAME,
    REGISTRY,
    SERVICE,
    VERSION,
    VERSIONS,
    container_items,
    family_in,
    listed,
    read_body,
    read_properties,
    ref_in,
    version_items,
)
from sandbox.azureml.views import container_body, version_body

routes: Final = web.RouteTableDef()


def accepted(request: web.Request, operation: Operation) -> web.Response:
    """Return 202 with the operation's Location: on another host, no Retry-After, body `null`."""
    port = request.app[SERVICE].config.ports.azureml_operations
    store = "environment" if operation.answer == "empty" else "assetstore"
    location = f"https://localhost:{port}/{store}/v1.0/operations/{operation.id}"
    headers = {"Location": location, "x-ms-async-operation-timeout": "PT1H"}
    return answer(None, 202, headers)


@routes.get(REGISTRY + KIND)
async def list_containers(request: web.Request) -> web.Response:
    """Return the assets of a kind."""
    place = place_of(request)
    require_read(request, place)
    kind = kind_of(request.match_info["kind"])
    return listed(request, await container_items(request.app[SERVICE], place, kind))


@routes.get(REGISTRY + NAME)
async def get_container(request: web.Request) -> web.Response:
    """Return what is known of all versions of an asset."""
    place = place_of(request)
    require_read(request, place)
    family = family_in(request, place)
    container = await request.app[SERVICE].store.container(family)
    if container is None:
        raise asset_not_found(family.id)
    return answer(container_body(family, container))


@routes.put(REGISTRY + NAME)
async def put_container(request: web.Request) -> web.Response:
    """Change an asset's container: archive or restore it."""
    place = place_of(request)
    who = require_write(request, place)
    sent = await read_properties(request)
    family = family_in(request, place)
    service = request.app[SERVICE]
    return accepted(request, await registry_assets.put_container(service, who, family, sent))


@routes.get(REGISTRY + VERSIONS)
async def list_versions(request: web.Request) -> web.Response:
    """Return the versions of an asset; of an unknown one an empty list, as recorded."""
    place = place_of(request)
    require_read(request, place)
    items = await version_items(request.app[SERVICE], family_in(request, place))
    return listed(request, items)


@routes.get(REGISTRY + VERSION)
async def get_version(request: web.Request) -> web.Response:
    """Return one version."""
    place = place_of(request)
    require_read(request, place)
    service, ref = request.app[SERVICE], ref_in(request, place)
    version = await registry_assets.read(service, ref)
    container = await service.store.container(ref.family)
    return answer(version_body(service, ref, version, container.latest if container else None))


@routes.put(REGISTRY + VERSION)
async def put_version(request: web.Request) -> web.Response:
    """Create a version, or archive, restore, describe one."""
    place = place_of(request)
    who = require_write(request, place)
    sent = await read_properties(request)
    ref = ref_in(request, place)
    return accepted(request, await registry_assets.put(request.app[SERVICE], who, ref, sent))


@routes.delete(REGISTRY + VERSION)
@routes.delete(ARM_REGISTRY + VERSION)
async def delete_version(request: web.Request) -> web.Response:
    """Delete a version for good."""
    place = place_of(request)
    who = require_write(request, place)
    await registry_assets.delete(request.app[SERVICE], who, ref_in(request, place))
    return empty(200)


@routes.put(REGISTRY + "/tempdatarefs/{name}/versions/{version}")
async def write_reference(request: web.Request) -> web.Response:
    """Return a signature to upload the files of a version to come."""
    place = place_of(request)
    require_write(request, place)
    parts, body = request.match_info, await read_body(request)
    if body.get("temporaryDataReferenceType") != "TemporaryBlobReference":
        raise bad_request("temporaryDataReferenceType must be TemporaryBlobReference.")
    ref = references.asset_of(place, parts["name"], parts["version"], body)
    return answer(await references.to_write(request.app[SERVICE], ref))


@routes.post(REGISTRY + "/datarefs/{name}/versions/{version}")
async def read_reference(request: web.Request) -> web.Response:
    """Return a signature to read the files of a version."""
    place = place_of(request)
    require_read(request, place)
    parts, body = request.match_info, await read_body(request)
    ref = references.asset_of(place, parts["name"], parts["version"], body)
    uri = body.get("blobUri")
    if not isinstance(uri, str):
        raise bad_request("blobUri is required.")
    return answer(await references.to_read(request.app[SERVICE], ref, uri))


@routes.post(REGISTRY + "/import")
async def import_asset(request: web.Request) -> web.Response:
    """Take over an asset from a workspace: what the SDK calls share."""
    place = place_of(request)
    who = require_write(request, place)
    sent = await read_properties(request)
    operation = await imports.import_asset(request.app[SERVICE], who, place, sent)
    return accepted(request, operation)
