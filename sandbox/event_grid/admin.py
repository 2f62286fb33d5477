"""The sandbox's own door to Event Grid: look at deliveries, repeat, pause, plan refusals, inject.

Every path here needs the master key (see `server`). Must not know how deliveries are made.
"""

import datetime as dt
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from sandbox.event_grid import deliveries
from sandbox.event_grid.deliveries import Delivery
from sandbox.event_grid.dispatcher import utc_now
from sandbox.event_grid.events import Event, Schema
from sandbox.event_grid.services import SERVICES
from sandbox.event_grid.subscriptions import Subscription
from sandbox.serving.answers import json_answer, problem, read_json
from sandbox.serving.faults import Fault

#: A member that the request left out: no JSON value is empty.
_ABSENT: Final = msgspec.Raw(b"")


class Injection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a test wants delivered, unchecked: `event` is any JSON value, `text` a whole body."""

    subscription: str = "on-model-registered"
    event: msgspec.Raw = _ABSENT
    text: str | None = None


class Repetition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many more times an event is delivered."""

    times: int = 1


def add_routes(app: web.Application) -> None:
    """Add the administrative routes."""
    router = app.router
    router.add_get("/sandbox/deliveries", list_deliveries)
    router.add_get("/sandbox/deliveries/{id}", show_delivery)
    router.add_post("/sandbox/deliveries/{id}/again", deliver_again)
    router.add_post("/sandbox/events", inject)
    router.add_post("/sandbox/pause", pause)
    router.add_post("/sandbox/resume", resume)
    router.add_get("/sandbox/subscriptions", list_subscriptions)
    router.add_put("/sandbox/subscriptions/{name}", put_subscription)
    router.add_delete("/sandbox/subscriptions/{name}", delete_subscription)
    router.add_post("/sandbox/faults", plan_fault)
    router.add_delete("/sandbox/faults", clear_faults)


async def list_deliveries(request: web.Request) -> web.Response:
    """Answer `{items, paused}`; `?state=pending|delivered|dead-lettered` selects."""
    state = request.query.get("state")
    items = [each for each in await _all(request) if state in {None, each.state}]
    paused = request.app[SERVICES].dispatcher.paused
    return json_answer({"items": [_summary(each) for each in items], "paused": paused})


async def show_delivery(request: web.Request) -> web.Response:
    """Answer one delivery with its event."""
    return json_answer(await _find(request))


async def deliver_again(request: web.Request) -> web.Response:
    """Deliver the same event again, `{times}` times: duplicates on demand."""
    original = await _find(request)
    times = (await read_json(request, Repetition)).times if request.can_read_body else 1
    again = [deliveries.repeat(original, utc_now()) for _ in range(times)]
    for delivery in again:
        await request.app[SERVICES].dispatcher.add(delivery)
    return json_answer({"items": [_summary(each) for each in again]}, status=202)


async def inject(request: web.Request) -> web.Response:
    """Deliver anything at all to a subscription, past the topic's checks and the filter."""
    wish = await read_json(request, Injection)
    has_event = bool(bytes(wish.event))
    if has_event == (wish.text is not None):
        raise problem(web.HTTPBadRequest, "give either `event` or `text`")
    _subscription(request, wish.subscription)
    if has_event:
        schema, body = Schema.ANY_JSON, wish.event
    else:
        schema, body = Schema.ANY_TEXT, msgspec.Raw(msgspec.json.encode(wish.text))
    event = Event(id="injected", type="injected", schema=schema, body=body)
    delivery = deliveries.create(event, wish.subscription, utc_now())
    await request.app[SERVICES].dispatcher.add(delivery)
    return json_answer(_summary(delivery), status=202)


async def pause(request: web.Request) -> web.Response:
    """Begin no delivery until `resume`, or until the process starts again."""
    return _set_pause(request, paused=True)


async def resume(request: web.Request) -> web.Response:
    """Go on delivering."""
    return _set_pause(request, paused=False)


async def list_subscriptions(request: web.Request) -> web.Response:
    """Answer `{items}`: settings without the webhook's query, and whether the receiver agreed."""
    services = request.app[SERVICES]
    items = []
    for each in services.subscriptions.all():
        settings: dict[str, Any] = msgspec.to_builtins(each)
        url = urlsplit(each.url(services.config))
        settings["endpoint"] = f"{url.scheme}://{url.netloc}{url.path}"
        items.append(settings | {"agreed": services.dispatcher.handshakes.agreed(each)})
    return json_answer({"items": items})


async def put_subscription(request: web.Request) -> web.Response:
    """Create or replace a subscription; its receiver is asked first."""
    services = request.app[SERVICES]
    name = request.match_info["name"]
    subscription = await read_json(request, Subscription)
    if subscription.name != name:
        raise problem(web.HTTPBadRequest, f"the body names {subscription.name!r}, not {name!r}")
    await services.subscriptions.put(subscription)
    services.dispatcher.handshakes.start(subscription)
    return json_answer({"name": name})


async def delete_subscription(request: web.Request) -> web.Response:
    """Remove a subscription; its pending deliveries wait until one of that name returns."""
    services = request.app[SERVICES]
    name = _subscription(request, request.match_info["name"]).name
    services.dispatcher.handshakes.stop(name)
    await services.subscriptions.remove(name)
    return web.Response(status=204)


async def plan_fault(request: web.Request) -> web.Response:
    """Make a topic (`place`: system or facts) refuse the next calls, or for some seconds."""
    fault = await read_json(request, Fault)
    if fault.place not in {"system", "facts"}:
        raise problem(web.HTTPBadRequest, "`place` must be `system` or `facts`")
    request.app[SERVICES].faults.plan(fault)
    return json_answer(fault)


async def clear_faults(request: web.Request) -> web.Response:
    """Forget all planned refusals."""
    request.app[SERVICES].faults.clear()
    return web.Response(status=204)


def _set_pause(request: web.Request, *, paused: bool) -> web.Response:
    request.app[SERVICES].dispatcher.pause(paused=paused)
    return json_answer({"paused": paused})


def _subscription(request: web.Request, name: str) -> Subscription:
    found = request.app[SERVICES].subscriptions.get(name)
    if found is None:
        known = ", ".join(each.name for each in request.app[SERVICES].subscriptions.all())
        raise problem(web.HTTPNotFound, f"no subscription {name!r}; there are: {known}")
    return found


async def _all(request: web.Request) -> list[Delivery]:
    services = request.app[SERVICES]
    finished = await services.store.finished()
    ended = {each.id for each in finished}
    pending = [each for each in services.dispatcher.waiting.all() if each.id not in ended]
    return sorted([*finished, *pending], key=lambda each: each.id)


async def _find(request: web.Request) -> Delivery:
    wanted = request.match_info["id"]
    for delivery in await _all(request):
        if delivery.id == wanted:
            return delivery
    raise problem(web.HTTPNotFound, f"no delivery {wanted!r} among the pending and recent ones")


class _Summary(msgspec.Struct):
    id: str
    subscription: str
    state: Literal["pending", "delivered", "dead-lettered"]
    event_id: str
    event_type: str
    attempts: int
    publish_time: dt.datetime
    next_attempt_time: dt.datetime
    last_attempt_time: dt.datetime | None
    last_outcome: deliveries.Outcome | None
    dead_letter_reason: str | None


def _summary(delivery: Delivery) -> _Summary:
    return msgspec.convert(delivery, _Summary, from_attributes=True)
