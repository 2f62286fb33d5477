"""Responses of each form, and the headers that every one of them carries. Knows no route."""

from typing import Any, Final

import msgspec

from promotion.web.http import HTML, JSON, PROBLEM, Request, Response
from promotion.web.problems import Problem

#: No script, no style or picture but this app's own, no frame around it, no form to elsewhere.
#: `form-action` and `img-src` name what pages need; the rest is closed by `default-src`.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)

_ALWAYS: Final = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Answers are about one person's view of one moment.
    "Cache-Control": "no-store",
}


def json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:  # noqa: ANN401 -- whatever msgspec can encode
    """Return a value as JSON."""
    fields = {"Content-Type": JSON, **(headers or {})}
    return Response(status=status, headers=fields, body=msgspec.json.encode(value))


def problem(value: Problem, headers: dict[str, str] | None = None) -> Response:
    """Return a problem as RFC 9457 has it sent."""
    fields = {"Content-Type": PROBLEM, **(headers or {})}
    return Response(status=value.status, headers=fields, body=msgspec.json.encode(value))


def html(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a page."""
    fields = {"Content-Type": HTML, **(headers or {})}
    return Response(status=status, headers=fields, body=text.encode())


def see_other(path: str) -> Response:
    """Send the browser on with a GET, so that reloading the page it lands on repeats nothing."""
    return Response(status=303, headers={"Location": path})


def finished(request: Request, response: Response) -> Response:
    """Return the response with the headers that every one carries; to HEAD, without its body."""
    return Response(
        status=response.status,
        headers={**_ALWAYS, **response.headers},
        body=b"" if request.method == "HEAD" else response.body,
    )
