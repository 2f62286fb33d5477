"""Who a request speaks for: the session cookie or the bearer token, and how a session is made.

Must not know paths or pages.
"""

import datetime as dt
from typing import Final

from aiohttp import web

from sandbox.people import APP_AUDIENCE, Identity, UnknownTokenError, issue_token, read_token

#: The cookie's name on App Service.
COOKIE: Final = "AppServiceAuthSession"

#: A session is no bearer token and the other way round: each has its own audience.
_SESSION_AUDIENCE: Final = f"{APP_AUDIENCE}/session"
_SCHEME: Final = "bearer"


class Sessions:
    """The sign-ins of one sandbox; they live in signed cookies, so a restart forgets none."""

    def __init__(self, signing_key: str) -> None:
        self._key = signing_key

    def identity(self, request: web.Request) -> Identity | None:
        """Return who the request speaks for; None when it does not say.

        Raises:
            UnknownTokenError: it shows a bearer token that was not issued for this app.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == _SCHEME:
            return read_token(token.strip(), (APP_AUDIENCE,), self._key)
        cookie = request.cookies.get(COOKIE)
        return self._session(cookie) if cookie else None

    def sign_in(self, response: web.Response, identity: Identity) -> None:
        """Give the browser a session of `identity`."""
        token = issue_token(identity, _SESSION_AUDIENCE, self._key, now=dt.datetime.now(dt.UTC))
        response.set_cookie(COOKIE, token, path="/", httponly=True, samesite="Lax")

    def sign_out(self, response: web.Response) -> None:
        """Take the session away from the browser."""
        response.del_cookie(COOKIE, path="/", httponly=True, samesite="Lax")

    def _session(self, cookie: str) -> Identity | None:
        # An old or foreign cookie is no error: the person signs in again.
        try:
            return read_token(cookie, (_SESSION_AUDIENCE,), self._key)
        except UnknownTokenError:
            return None
