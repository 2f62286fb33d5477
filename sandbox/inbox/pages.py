"""The inbox's page: cards and mails, newest first, readable without JavaScript.

Everything shown was written by others: the template escapes it, a mail's HTML stays in a frame
without scripts, only http and https addresses become links, and the browser is told to load
nothing from elsewhere.
"""

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import jinja2
from aiohttp import web

from sandbox.inbox.api import MESSAGES, builtins, find

_HERE: Final = Path(__file__).parent
_MODULES: Final = _HERE.parent / "node_modules"
#: Own scripts by the name they are served under: the official renderer and its Markdown.
_VENDOR: Final = {
    "adaptivecards.min.js": _MODULES / "adaptivecards" / "dist" / "adaptivecards.min.js",
    "markdown-it.min.js": _MODULES / "markdown-it" / "dist" / "markdown-it.min.js",
}
_SHOWN: Final = 50

_PAGE_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_MAIL_POLICY: Final = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-popups allow-popups-to-escape-sandbox",
}

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def add_routes(app: web.Application) -> None:
    """Add the page and what it needs."""
    app.router.add_get("/", show_inbox)
    app.router.add_get("/messages/{id}/html", show_mail)
    app.router.add_get("/vendor/{name}", send_vendor_script)
    app.router.add_get("/favicon.ico", send_icon)
    app.router.add_static("/static/", _HERE / "static")


async def show_inbox(request: web.Request) -> web.Response:
    """Show the newest messages; `?channel=teams|email` selects."""
    channel = request.query.get("channel")
    every = request.app[MESSAGES].newest()
    chosen = request.app[MESSAGES].newest(channel)
    shown = [_view(builtins(message)) for message in chosen[:_SHOWN]]
    counts = {name: sum(m.channel == name for m in every) for name in ("teams", "email")}
    text = _templates.get_template("inbox.html").render(
        messages=shown,
        hidden=len(chosen) - len(shown),
        channel=channel,
        counts=counts,
        newest=every[0].id if every else "",
        renderer_missing=not all(path.exists() for path in _VENDOR.values()),
    )
    return _page(text, _PAGE_POLICY)


async def show_mail(request: web.Request) -> web.Response:
    """Show a mail's HTML part alone: for a frame, without scripts; links open a new window."""
    message = find(request)
    return _page('<base target="_blank">' + (message.html or ""), _MAIL_POLICY)


async def send_vendor_script(request: web.Request) -> web.StreamResponse:
    """Send one of the packages' scripts, by its name in a fixed list."""
    path = _VENDOR.get(request.match_info["name"])
    if path is None or not path.exists():
        raise web.HTTPNotFound(text="No such script; `make setup` installs the card renderer.")
    return web.FileResponse(path, headers={"X-Content-Type-Options": "nosniff"})


async def send_icon(_request: web.Request) -> web.StreamResponse:
    """Send the page's icon where browsers look for one unasked."""
    return web.FileResponse(
        _HERE / "static" / "icon.svg", headers={"Content-Type": "image/svg+xml"}
    )


def _view(message: dict[str, Any]) -> dict[str, Any]:
    links = [{"url": url, "safe": _safe(url)} for url in message["links"]]
    return message | {"links": links, "when": message["at"][:19].replace("T", " ")}


def _safe(url: str) -> bool:
    try:
        return urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return False


def _page(text: str, policy: dict[str, str]) -> web.Response:
    headers = {
        "Content-Security-Policy": "; ".join(f"{k} {v}" for k, v in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return web.Response(text=text, content_type="text/html", headers=headers)
