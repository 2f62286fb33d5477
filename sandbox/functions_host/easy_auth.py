"""App Service authentication ("Easy Auth") in front of the app.

Takes away the identity headers a caller claims, adds those of who is signed in, and lets nobody in
unsigned but to excluded paths: browsers are sent to the sign-in page (`RedirectToLoginPage`),
others get 401. Must not know the app's routes or roles.

Looser than App Service in one thing: there a POST with a session cookie from another site is
refused. Here it is passed on, so that the app's own defence is what tests see.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from multidict import CIMultiDict

from sandbox.functions_host import paths
from sandbox.functions_host.sessions import Sessions
from sandbox.functions_host.sign_in import PREFIX, SignIn
from sandbox.people import UnknownTokenError, client_principal

#: The request's headers as the app may see them; absent when Easy Auth did not run.
HEADERS: Final = web.RequestKey("headers", CIMultiDict[str])

#: Never behind a sign-in: the platform's own endpoints have keys.
_PLATFORM: Final = ("/runtime/webhooks/", "/admin/")
_FROM_OUTSIDE: Final = ("x-ms-client-principal", "x-ms-token")


def easy_auth(sessions: Sessions, excluded: Sequence[str]) -> Middleware:
    """Return the middleware.

    Args:
        sessions: who is signed in.
        excluded: paths that need no sign-in, exact; a slash at the end takes all below.
    """
    sign_in = SignIn(sessions)
    open_paths = (*_PLATFORM, *excluded)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[HEADERS] = _without_claims(request)
        path = paths.path(request)
        if _is_open(path, open_paths):
            return await handler(request)
        try:
            identity = sessions.identity(request)
        except UnknownTokenError:
            return _unauthorized()
        if path.startswith(PREFIX):
            return await sign_in.answer(request, identity)
        if identity is None:
            return _sign_in_first(request)
        request[HEADERS].update(client_principal(identity))
        return await handler(request)

    return middleware


def _without_claims(request: web.Request) -> CIMultiDict[str]:
    return CIMultiDict(
        (name, value)
        for name, value in request.headers.items()
        if not name.lower().startswith(_FROM_OUTSIDE)
    )


def _is_open(path: str, open_paths: Sequence[str]) -> bool:
    path = path.lower()
    return any(
        path.startswith(one.lower()) if one.endswith("/") else path == one.lower()
        for one in open_paths
    )


def _sign_in_first(request: web.Request) -> web.Response:
    navigates = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if not navigates:
        return _unauthorized()
    target = quote(request.rel_url.raw_path_qs, safe="")
    location = f"{PREFIX}login/aad?post_login_redirect_uri={target}"
    return web.Response(status=HTTPStatus.FOUND, headers={"Location": location})


def _unauthorized() -> web.Response:
    return web.Response(
        status=HTTPStatus.UNAUTHORIZED,
        headers={"WWW-Authenticate": 'Bearer realm="sandbox"'},
    )
