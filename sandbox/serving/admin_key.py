"""Guards the administrative paths of the sandbox's servers with the sandbox's master key."""

import hmac
from collections.abc import Callable
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

HEADER: Final = "x-sandbox-key"


def same_secret(given: str | None, expected: str) -> bool:
    """Whether both texts are equal; the time taken does not tell how much of them is."""
    return given is not None and hmac.compare_digest(given.encode(), expected.encode())


def require_key(
    key: str,
    guarded: Callable[[web.Request], bool],
) -> Middleware:
    """Return a middleware that answers 401 where `guarded` is true and the key is missing."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if guarded(request) and not same_secret(request.headers.get(HEADER), key):
            problem = f"this path needs the header {HEADER} with the sandbox's master key"
            return web.json_response({"problem": problem}, status=401)
        return await handler(request)

    return check
