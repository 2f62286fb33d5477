"""The other host: polls of long-running operations, and the asset store's deletion.

The bearer token is asked for here too. Status and bodies of polls as recorded: 202 empty while it
runs, then what the operation's kind ends with.
"""

from typing import Final

from aiohttp import web

from sandbox.azureml import registry_assets
from sandbox.azureml.access import require_read, require_write
from sandbox.azureml.answers import answer, empty
from sandbox.azureml.assets import parse_registry_id
from sandbox.azureml.documents import Operation
from sandbox.azureml.errors import ServiceError, bad_request
from sandbox.azureml.operations import family_of
from sandbox.azureml.routing import SERVICE, read_body

routes: Final = web.RouteTableDef()


@routes.get("/{store:assetstore|environment}/v1.0/operations/{operation}")
async def poll(request: web.Request) -> web.Response:
    """Return how an operation stands."""
    service = request.app[SERVICE]
    operation_id = request.match_info["operation"]
    operation = await service.operations.poll(operation_id, service.hold)
    if operation is None:
        message = f"Operation {operation_id} was not found."
        raise ServiceError(404, message, inner=("NotFoundError",))
    require_read(request, family_of(operation.partition).place)
    return _standing(operation)


@routes.delete("/assetstore/v1.0/delete")
async def delete(request: web.Request) -> web.Response:
    """Delete the registry asset whose id the body carries."""
    given = (await read_body(request)).get("id")
    if not isinstance(given, str):
        raise bad_request("id is required.")
    ref = parse_registry_id(given)
    who = require_write(request, ref.place)
    await registry_assets.delete(request.app[SERVICE], who, ref)
    return empty(200)


def _standing(operation: Operation) -> web.Response:
    match operation.state, operation.answer:
        case "running", _:
            return empty(202)
        case "failed", _:
            # Not 5xx: clients would ask again and again. What Azure answers is not known [UNK].
            raise ServiceError(400, operation.problem or "Failed.", inner=("OperationFailed",))
        case _, "nothing":
            return empty(204)
        case _, "empty":
            return empty(200)
        case _:
            family = family_of(operation.partition)
            version = operation.version
            asset = family if version is None else family.version(version)
            return answer({"assetId": asset.id})
