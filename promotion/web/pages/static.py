"""The one style sheet and the icon. Both are read once; the style sheet's address carries its hash."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from promotion.web.http import Response
from promotion.web.routing import Call

_FOLDER: Final = Path(__file__).parent.parent / "static"

#: Address -> file and type.
FILES: Final = {
    "/static/app.css": ("app.css", "text/css; charset=utf-8"),
    "/static/favicon.svg": ("favicon.svg", "image/svg+xml"),
    "/favicon.ico": ("favicon.svg", "image/svg+xml"),
}

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_EACH_TIME: Final = "public, no-cache"


def serve(call: Call) -> Response:
    """Answer a file: for ever under the address that carries its hash, else with a question each time."""
    name, kind = FILES[call.route.path]
    content, digest = _read(name)
    tag = f'"{digest}"'
    current = call.request.query.get("v", ()) == (digest,)
    headers = {
        "Content-Type": kind,
        "ETag": tag,
        "Cache-Control": _FOR_EVER if current else _ASK_EACH_TIME,
    }
    if call.request.headers.get("if-none-match", "") in {tag, f"W/{tag}"}:
        return Response(status=304, headers=headers)
    return Response(status=200, headers=headers, body=content)


def stylesheet_path() -> str:
    """Return the style sheet's address with its hash: a new style sheet has a new address."""
    return f"/static/app.css?v={_read('app.css')[1]}"


@cache
def _read(name: str) -> tuple[bytes, str]:
    content = (_FOLDER / name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:16]
