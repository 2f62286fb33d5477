"""The test's own routes, below /sandbox: turn the knobs. Only with the sandbox's master key.

No Azure service has these. Knows the knobs, nothing of assets.

- GET  /sandbox/knobs                   settings and the plans that still wait
- PATCH /sandbox/knobs                  change settings (`knobs.Settings`)
- POST /sandbox/faults                  plan refusals (`knobs.Fault`)
- POST /sandbox/operation-faults        plan failing operations (`knobs.OperationFault`)
- DELETE /sandbox/knobs                 serve normally again
"""

from typing import Any, Final

import msgspec
from aiohttp import web

from sandbox.azureml.answers import answer, empty
from sandbox.azureml.errors import bad_request
from sandbox.azureml.knobs import Fault, Knobs, OperationFault
from sandbox.azureml.routing import SERVICE, read_body

PREFIX: Final = "/sandbox/"
routes: Final = web.RouteTableDef()


@routes.get("/sandbox/knobs")
async def show(request: web.Request) -> web.Response:
    """Return all knobs as they stand."""
    return answer(_shown(request.app[SERVICE].knobs))


@routes.patch("/sandbox/knobs")
async def change(request: web.Request) -> web.Response:
    """Change the named settings."""
    knobs, changes = request.app[SERVICE].knobs, await read_body(request)
    try:
        knobs.change(changes)
    except msgspec.ValidationError as error:
        raise bad_request(str(error)) from error
    return answer(_shown(knobs))


@routes.delete("/sandbox/knobs")
async def clear(request: web.Request) -> web.Response:
    """Serve normally again."""
    request.app[SERVICE].knobs.clear()
    return empty(204)


@routes.post("/sandbox/faults")
async def plan_fault(request: web.Request) -> web.Response:
    """Refuse the next matching calls."""
    knobs = request.app[SERVICE].knobs
    knobs.faults.append(_read(await read_body(request), Fault))
    return answer(_shown(knobs), 201)


@routes.post("/sandbox/operation-faults")
async def plan_operation_fault(request: web.Request) -> web.Response:
    """Let the next matching operations fail."""
    knobs = request.app[SERVICE].knobs
    knobs.operation_faults.append(_read(await read_body(request), OperationFault))
    return answer(_shown(knobs), 201)


def _read[T: (Fault, OperationFault)](body: dict[str, Any], kind: type[T]) -> T:
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        raise bad_request(str(error)) from error


def _shown(knobs: Knobs) -> dict[str, Any]:
    shown = {
        "settings": knobs.settings,
        "faults": knobs.faults,
        "operation_faults": knobs.operation_faults,
    }
    builtins: dict[str, Any] = msgspec.to_builtins(shown)
    return builtins
