"""The HTTP door of the Teams webhook."""

import datetime as dt
import logging
from http import HTTPStatus

from aiohttp import web

from sandbox.inbox import teams
from sandbox.inbox.api import FAULTS, MESSAGES, TEAMS
from sandbox.serving.admin_key import same_secret
from sandbox.serving.answers import json_answer

log = logging.getLogger(__name__)


def add_route(app: web.Application, secret: str) -> None:
    """Add the webhook; `secret` is the `sig` in its address."""

    async def receive(request: web.Request) -> web.Response:
        return await _receive(request, secret)

    app.router.add_post(teams.PATH, receive)


async def _receive(request: web.Request, secret: str) -> web.Response:
    planned = request.app[FAULTS].take(TEAMS)
    if planned is not None:
        return _refusal(planned, "Refused, as the sandbox was told to")
    if not same_secret(request.query.get("sig"), secret):
        return _refusal(401, "The signature in `sig` is missing or is not this webhook's")
    body = await request.read()
    if len(body) > teams.SIZE_LIMIT:
        return _refusal(413, f"The message has {len(body)} bytes, the limit is {teams.SIZE_LIMIT}")
    for message in teams.read(body, dt.datetime.now(dt.UTC)):
        request.app[MESSAGES].add(message)
    return web.Response(status=202)


def _refusal(status: int, text: str) -> web.Response:
    log.warning("webhook refused", extra={"status": status, "reason": text})
    code = HTTPStatus(status).phrase.replace(" ", "")
    return json_answer({"error": {"code": code, "message": text}}, status=status)
