"""The sign-in pages below `/.auth/`: who to be, sign out, who am I.

They stand for Entra ID's own: the sandbox's people are offered by role, without passwords. Must not
know the app.
"""

import base64
import json
from http import HTTPStatus
from pathlib import Path
from typing import Final

import jinja2
from aiohttp import web

from sandbox.functions_host import paths
from sandbox.functions_host.local_redirects import local_target
from sandbox.functions_host.sessions import Sessions
from sandbox.people import PEOPLE, Identity, client_principal

#: Where Easy Auth's own pages are.
PREFIX: Final = "/.auth/"

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)


class SignIn:
    """Easy Auth's pages."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def answer(self, request: web.Request, identity: Identity | None) -> web.Response:
        """Return the page of a path below `/.auth/`; 404 when there is none.

        Args:
            request: what came in.
            identity: who is signed in, if anybody.
        """
        match (request.method, paths.path(request)):
            case ("GET" | "HEAD", "/.auth/login/aad"):
                return _choose(request, identity)
            case ("POST", "/.auth/login/aad/callback"):
                return await self._enter(request)
            case ("GET", "/.auth/logout"):
                return self._leave(request)
            case ("GET", "/.auth/me"):
                return _me(identity)
            case _:
                return web.Response(status=HTTPStatus.NOT_FOUND)

    async def _enter(self, request: web.Request) -> web.Response:
        if _from_another_site(request):
            return web.Response(status=HTTPStatus.FORBIDDEN, text="sign in on the sandbox's page")
        form = await request.post()
        identity = PEOPLE.get(str(form.get("role", "")))
        if identity is None:
            known = ", ".join(PEOPLE)
            return web.Response(
                status=HTTPStatus.BAD_REQUEST,
                text=f"nobody has that role; there are {known}",
            )
        target = local_target(str(form.get("post_login_redirect_uri", "")))
        response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": target})
        self._sessions.sign_in(response, identity)
        return response

    def _leave(self, request: web.Request) -> web.Response:
        target = request.query.get("post_logout_redirect_uri")
        if target:
            location = {"Location": local_target(target)}
            response = web.Response(status=HTTPStatus.FOUND, headers=location)
        else:
            response = _page("signed_out.html")
        self._sessions.sign_out(response)
        return response


def _choose(request: web.Request, identity: Identity | None) -> web.Response:
    return _page(
        "sign_in.html",
        people=list(PEOPLE.values()),
        current=identity,
        target=local_target(request.query.get("post_login_redirect_uri", "")),
    )


def _me(identity: Identity | None) -> web.Response:
    if identity is None:
        return web.Response(status=HTTPStatus.UNAUTHORIZED)
    header = client_principal(identity)["X-MS-CLIENT-PRINCIPAL"]
    claims = json.loads(base64.b64decode(header))["claims"]
    return web.json_response(
        [{"provider_name": "aad", "user_id": identity.upn, "user_claims": claims}],
    )


def _from_another_site(request: web.Request) -> bool:
    # Without it, a page elsewhere could sign a browser in as somebody.
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.host}"


def _page(name: str, **values: object) -> web.Response:
    return web.Response(
        text=_TEMPLATES.get_template(name).render(**values),
        content_type="text/html",
        headers=_HEADERS,
    )
