"""Registry discovery, and the ARM resources around assets: workspaces, registries, datastores.

Each handler: who may, one body of `resources`, encode.
"""

from typing import Final

from aiohttp import web

from sandbox.azureml import sas
from sandbox.azureml.access import WHO, home_of, place_of, require_read, require_write
from sandbox.azureml.answers import answer, discovery_failure
from sandbox.azureml.errors import ServiceError, resource_not_found
from sandbox.azureml.places import DATASTORE, Place, all_places, registry
from sandbox.azureml.resources import (
    datastore_body,
    discovery_body,
    registry_body,
    workspace_body,
)
from sandbox.azureml.routing import ARM_REGISTRY, SCOPE, SERVICE, WORKSPACE, read_body

routes: Final = web.RouteTableDef()


@routes.get("/registrymanagement/v1.0/registries/{registry}/discovery")
async def discover(request: web.Request) -> web.Response:
    """Return where a registry's data plane is; refusals have an envelope of their own."""
    name = request.match_info["registry"]
    place = registry(name)
    if place is None:
        error = ServiceError(404, f"Registry {name} was not found.", inner=("NotFoundError",))
        return discovery_failure(error)
    if not request[WHO].may_read(place.name):
        message = f"User/tenant/subscription is not allowed to access registry {name}"
        inner = ("Auth", "Authorization", "UnAuthorizedRegistryAccess")
        return discovery_failure(ServiceError(403, message, inner=inner))
    return answer(discovery_body(request.app[SERVICE].config, place))


@routes.get(SCOPE + "/registries")
async def list_registries(request: web.Request) -> web.Response:
    """Return the registries who asks may read."""
    config = request.app[SERVICE].config
    return answer({"value": [registry_body(config, p) for p in _readable(request) if p.registry]})


@routes.get(ARM_REGISTRY)
async def get_registry(request: web.Request) -> web.Response:
    """Return a registry resource."""
    place = place_of(request)
    require_read(request, place)
    return answer(registry_body(request.app[SERVICE].config, place))


@routes.get(SCOPE + "/workspaces")
async def list_workspaces(request: web.Request) -> web.Response:
    """Return the workspaces who asks may read."""
    config = request.app[SERVICE].config
    found = [workspace_body(config, p) for p in _readable(request) if not p.registry]
    return answer({"value": found})


@routes.get(WORKSPACE)
async def get_workspace(request: web.Request) -> web.Response:
    """Return a workspace resource."""
    place = place_of(request)
    require_read(request, place)
    return answer(workspace_body(request.app[SERVICE].config, place))


@routes.get(WORKSPACE + "/datastores")
async def list_datastores(request: web.Request) -> web.Response:
    """Return the workspace's datastores: the default one."""
    place = place_of(request)
    require_read(request, place)
    return answer({"value": [datastore_body(request.app[SERVICE].config, place)]})


@routes.get(WORKSPACE + "/datastores/{datastore}")
async def get_datastore(request: web.Request) -> web.Response:
    """Return the default datastore; there is no other."""
    place = place_of(request)
    require_read(request, place)
    _require_default(request, place)
    return answer(datastore_body(request.app[SERVICE].config, place))


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


def _readable(request: web.Request) -> list[Place]:
    home_of(request)
    return [place for place in all_places() if request[WHO].may_read(place.name)]


def _require_default(request: web.Request, place: Place) -> None:
    name = request.match_info["datastore"]
    if name != DATASTORE:
        raise resource_not_found(f"{place.arm_id}/datastores/{name}")
