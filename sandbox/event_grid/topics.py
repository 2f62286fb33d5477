"""The HTTP doors of both topics: publish, and read what the custom topic was given."""

import logging
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler
from azure.core.exceptions import AzureError

from sandbox.event_grid import access, cloud_events, errors, event_grid_schema
from sandbox.event_grid.dispatcher import utc_now
from sandbox.event_grid.errors import PublishError
from sandbox.event_grid.services import SERVICES
from sandbox.serving.answers import json_answer

_PAGE: Final = 1000

log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    """Add the topics' routes."""
    app.router.add_post("/system/api/events", publish_to_system_topic)
    app.router.add_post("/facts/api/events", publish_facts)
    app.router.add_get("/facts/events", read_facts)
    app.router.add_get("/validate", confirm_subscription)
    app.router.add_get("/health", report_health)


@web.middleware
async def explain_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals and a silent storage into the service's error envelope."""
    try:
        return await handler(request)
    except PublishError as error:
        refusal = error
    except web.HTTPRequestEntityTooLarge:
        refusal = errors.too_large("the request", request.content_length or errors.SIZE_LIMIT + 1)
    except AzureError as error:
        log.warning("storage does not answer", extra={"error": str(error)[:200]})
        refusal = PublishError(503, "The service cannot store events now: try again later")
    log.warning("refused", extra={"path": request.path, "reason": refusal.message[:500]})
    return errors.answer(refusal)


async def publish_to_system_topic(request: web.Request) -> web.Response:
    """Take events in Event Grid's schema from the local Azure ML service; 200 once stored."""
    services = request.app[SERVICES]
    _refuse_as_planned(request, "system")
    access.require_publisher(request, services.config, tokens=False)
    events = event_grid_schema.read(await _body(request))
    await services.dispatcher.publish("system", events)
    return web.Response()


async def publish_facts(request: web.Request) -> web.Response:
    """Take CloudEvents from the app; 200 once stored, in the request's order."""
    services = request.app[SERVICES]
    _refuse_as_planned(request, "facts")
    access.require_publisher(request, services.config, tokens=True)
    events = cloud_events.read(request.content_type, await _body(request))
    await services.facts.append(events, utc_now())
    await services.dispatcher.publish("facts", events)
    return web.Response()


async def read_facts(request: web.Request) -> web.Response:
    """Answer `{items: [{number, received_at, event}], last}` for numbers over `after`."""
    try:
        after = int(request.query.get("after", "0"))
        limit = min(max(int(request.query.get("limit", str(_PAGE))), 1), _PAGE)
    except ValueError as error:
        raise PublishError(400, f"`after` and `limit` must be whole numbers: {error}") from error
    items = await request.app[SERVICES].facts.read(after, limit)
    last = items[-1].number if items else max(after, 0)
    return json_answer({"items": items, "last": last})


async def confirm_subscription(request: web.Request) -> web.Response:
    """Accept a subscription by the address that its validation event carried."""
    if request.app[SERVICES].dispatcher.handshakes.confirm(request.query.get("code", "")):
        return web.Response(text="The subscription is validated.")
    raise web.HTTPNotFound(text="No subscription waits for this validation code.")


async def report_health(request: web.Request) -> web.Response:
    """Answer 200 while deliveries run, 503 with the reason when they have ended."""
    failure = request.app[SERVICES].failure()
    return json_answer({"status": failure or "ok"}, status=503 if failure else 200)


def _refuse_as_planned(request: web.Request, place: str) -> None:
    status = request.app[SERVICES].faults.take(place)
    if status is not None:
        raise PublishError(status, "Refused, as the sandbox was told to")


async def _body(request: web.Request) -> bytes:
    body = await request.read()
    if len(body) > errors.SIZE_LIMIT:
        raise errors.too_large("the request", len(body))
    return body
