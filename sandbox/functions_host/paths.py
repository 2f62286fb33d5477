"""A request's path, read in one way by everything that decides on it.

A path that Easy Auth reads as open and the router as a function's would be a way around the
sign-in, so both ask here. Must not know what a path leads to.
"""

from urllib.parse import unquote

from aiohttp import web


def parts(request: web.Request) -> list[str]:
    """Return the decoded parts of the path between slashes.

    An encoded slash stays encoded, as in ASP.NET: it is part of a value, not of the path.
    """
    raw = request.rel_url.raw_path.strip("/")
    encoded = raw.replace("%2F", "%252F").replace("%2f", "%252f")
    return [unquote(part) for part in encoded.split("/")] if raw else []


def path(request: web.Request) -> str:
    """Return the path as text: a slash before each part, or one alone."""
    return "/" + "/".join(parts(request))
