"""What a publisher is told when its events are refused, in the service's envelope.

Shape read from answers quoted in public threads (azure-sdk-for-python#15941, onefuzz#3285).
"""

import http
from typing import Final

from aiohttp import web

#: The largest event, and the largest request, in bytes.
SIZE_LIMIT: Final = 1024 * 1024

_CODES: Final = {
    400: ("BadRequest", "InputJsonInvalid"),
    401: ("Unauthorized", "Unauthorized"),
    403: ("Forbidden", "Forbidden"),
    413: ("RequestEntityTooLarge", "RequestEntityTooLarge"),
    415: ("UnsupportedMediaType", "UnsupportedMediaType"),
    429: ("TooManyRequests", "TooManyRequests"),
    503: ("ServiceUnavailable", "ServiceUnavailable"),
}


class PublishError(Exception):
    """The request is refused as a whole: none of its events was taken."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def answer(error: PublishError) -> web.Response:
    """Return the HTTP answer for a refusal: code and message, twice, as the service does."""
    name = http.HTTPStatus(error.status).phrase.replace(" ", "")
    code, detail = _CODES.get(error.status, (name, name))
    body = {
        "error": {
            "code": code,
            "message": error.message,
            "details": [{"code": detail, "message": error.message}],
        },
    }
    return web.json_response(body, status=error.status)


def too_large(what: str, size: int) -> PublishError:
    """Return the refusal of an event or request of `size` bytes."""
    return PublishError(
        413,
        f"{what} has {size} bytes, the limit is {SIZE_LIMIT}: publish less at a time",
    )
