"""Around every request: one log line, the error envelope, planned refusals, who asks.

Logs method, path, status and who; never a query, a header or a body, where secrets travel.
"""

import logging
import time
import uuid
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from azure.core.exceptions import AzureError

from sandbox.azureml.access import WHO, identify
from sandbox.azureml.answers import failure
from sandbox.azureml.errors import ServiceError, unauthenticated
from sandbox.azureml.routes_sandbox import PREFIX
from sandbox.azureml.routing import SERVICE
from sandbox.serving.admin_key import HEADER, same_secret

log = logging.getLogger(__name__)


@web.middleware
async def log_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Write one line when the request was answered."""
    started, status = time.monotonic(), 499  # 499: the client went away
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        who = request.get(WHO)
        fields = {
            "method": request.method,
            "path": request.path,
            "status": status,
            "who": who.role if who else "",
            "ms": round((time.monotonic() - started) * 1000),
        }
        log.info("request", extra=fields)


@web.middleware
async def envelope(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error in the service's own envelope."""
    try:
        response = await handler(request)
    except ServiceError as error:
        response = failure(error)
    except web.HTTPException as error:
        response = failure(_translated(request, error))
    except AzureError as error:
        log.exception("storage failed", extra={"path": request.path})
        text = f"The sandbox's storage did not answer as expected: {type(error).__name__}"
        response = failure(ServiceError(503, text, code="ServiceError"))
    except Exception:
        log.exception("unexpected error", extra={"path": request.path})
        text = "The local Azure ML service has a defect: its log azureml.log tells where."
        response = failure(ServiceError(500, text, code="ServiceError"))
    response.headers["x-ms-request-id"] = uuid.uuid4().hex
    return response


@web.middleware
async def plan_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a test planned to be refused."""
    if not request.path.startswith(PREFIX):
        fault = request.app[SERVICE].knobs.take_fault(request.method, request.path)
        if fault is not None:
            wait = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            raise ServiceError(fault.status, fault.message, code="PlannedFault", headers=wait)
    return await handler(request)


@web.middleware
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Learn who asks: a bearer token, or the master key for the sandbox's own routes."""
    config = request.app[SERVICE].config
    if not request.path.startswith(PREFIX):
        request[WHO] = identify(request, config)
    elif not same_secret(request.headers.get(HEADER), config.master_key):
        raise unauthenticated(f"send the sandbox's master key in the header {HEADER}.")
    return await handler(request)


def _translated(request: web.Request, error: web.HTTPException) -> ServiceError:
    if error.status in {404, 405}:
        # How a new SDK that asks for more is noticed.
        log.warning("unknown route", extra={"method": request.method, "path": request.path})
        text = f"The local Azure ML service has no route {request.method} {request.path}"
        return ServiceError(error.status, text, code="NotFound", inner=("RouteNotFound",))
    return ServiceError(error.status, error.reason, code="UserError")


ALL: Final[tuple[Middleware, ...]] = (log_request, envelope, plan_faults, authenticate)
