"""The inbox's JSON: messages for tests and the demo, and planned refusals.

Deleting and planning need the master key (see `server`).
"""

from typing import Any, Final

import msgspec
from aiohttp import web

from sandbox.inbox import smtp
from sandbox.inbox.messages import Message, Messages
from sandbox.serving.answers import json_answer, problem, read_json
from sandbox.serving.faults import Fault, Faults

#: Where the application keeps its messages and plans.
MESSAGES: Final = web.AppKey("messages", Messages)
FAULTS: Final = web.AppKey("faults", Faults)

#: The webhook's name in planned refusals; the mail server has its own.
TEAMS: Final = "teams"

_PAGE: Final = 200


def add_routes(app: web.Application) -> None:
    """Add the JSON routes."""
    app.router.add_get("/api/messages", list_messages)
    app.router.add_delete("/api/messages", delete_messages)
    app.router.add_get("/api/messages/{id}", show_message)
    app.router.add_post("/sandbox/faults", plan_fault)
    app.router.add_delete("/sandbox/faults", clear_faults)
    app.router.add_get("/health", report_health)


async def list_messages(request: web.Request) -> web.Response:
    """Answer `{items}`, newest first; `?channel=teams|email`, `?limit=` (200 at most)."""
    limit = request.query.get("limit", str(_PAGE))
    if not limit.isdecimal():
        raise problem(web.HTTPBadRequest, f"`limit` must be a whole number, it is {limit!r:.20}")
    found = request.app[MESSAGES].newest(request.query.get("channel"))
    return json_answer({"items": found[: min(int(limit), _PAGE)], "total": len(found)})


async def show_message(request: web.Request) -> web.Response:
    """Answer one message."""
    return json_answer(find(request))


async def delete_messages(request: web.Request) -> web.Response:
    """Delete every message; answer `{deleted}`."""
    return json_answer({"deleted": request.app[MESSAGES].clear()})


async def plan_fault(request: web.Request) -> web.Response:
    """Make the webhook (`place`: teams) or the mail server (`email`) refuse for a while."""
    fault = await read_json(request, Fault)
    if fault.place not in {TEAMS, smtp.PLACE}:
        raise problem(web.HTTPBadRequest, f"`place` must be `{TEAMS}` or `{smtp.PLACE}`")
    request.app[FAULTS].plan(fault)
    return json_answer(fault)


async def clear_faults(request: web.Request) -> web.Response:
    """Forget all planned refusals."""
    request.app[FAULTS].clear()
    return web.Response(status=204)


async def report_health(_request: web.Request) -> web.Response:
    """Answer 200: the process serves."""
    return json_answer({"status": "ok"})


def find(request: web.Request) -> Message:
    """Return the message that the path names.

    Raises:
        HTTPNotFound: there is none of that id.
    """
    message = request.app[MESSAGES].get(request.match_info["id"])
    if message is None:
        raise problem(web.HTTPNotFound, f"no message {request.match_info['id']!r:.60}")
    return message


def builtins(message: Message) -> dict[str, Any]:
    """Return a message as plain values."""
    plain: dict[str, Any] = msgspec.to_builtins(message)
    return plain
