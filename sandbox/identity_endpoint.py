"""App Service's managed identity endpoint: gives the Functions app its tokens.

`azure.identity.ManagedIdentityCredential` finds it through IDENTITY_ENDPOINT and IDENTITY_HEADER,
as in Azure. The protocol is the App Service documentation's, version 2019-08-01. Knows the app's
one identity; must not know what its tokens open.

`python -m sandbox.identity_endpoint --state DIR` serves it until SIGTERM.
"""

import datetime as dt
from http import HTTPStatus
from typing import Final

import jwt
from aiohttp import web

from sandbox.config import Config
from sandbox.people import APP, issue_token
from sandbox.serving import process
from sandbox.serving.admin_key import same_secret
from sandbox.serving.answers import json_answer

PATH: Final = "/msi/token"
HEADER: Final = "X-IDENTITY-HEADER"
API_VERSION: Final = "2019-08-01"

_CONFIG: Final = web.AppKey("config", Config)


def app_settings(config: Config) -> dict[str, str]:
    """Return the app settings by which the app finds the endpoint."""
    return {
        "IDENTITY_ENDPOINT": f"http://127.0.0.1:{config.ports.identity}{PATH}",
        "IDENTITY_HEADER": config.master_key,
    }


def application(config: Config) -> web.Application:
    """Return the server."""
    app = web.Application(middlewares=[process.log_requests])
    app[_CONFIG] = config
    app.router.add_get(PATH, _token)
    return app


async def _token(request: web.Request) -> web.Response:
    config = request.app[_CONFIG]
    query = request.query
    if not same_secret(request.headers.get(HEADER), config.master_key):
        return _refuse(HTTPStatus.UNAUTHORIZED, f"the header {HEADER} is missing or wrong")
    if query.get("api-version") != API_VERSION:
        return _refuse(HTTPStatus.BAD_REQUEST, f"the api-version must be {API_VERSION}")
    # Azure knows an audience with and without a slash at its end as one.
    resource = query.get("resource", "").rstrip("/")
    if not resource:
        return _refuse(HTTPStatus.BAD_REQUEST, "the resource is missing")
    if query.get("client_id", APP.oid) != APP.oid:
        return _refuse(HTTPStatus.BAD_REQUEST, "the app has no identity with that client_id")
    return json_answer(_answer(config, resource), HTTPStatus.OK)


def _answer(config: Config, resource: str) -> dict[str, str]:
    token = issue_token(APP, resource, config.signing_key, now=dt.datetime.now(dt.UTC))
    claims = jwt.decode(token, options={"verify_signature": False})
    return {
        "access_token": token,
        "client_id": APP.oid,
        "expires_on": str(claims["exp"]),
        "resource": resource,
        "token_type": "Bearer",
    }


def _refuse(status: HTTPStatus, message: str) -> web.Response:
    return json_answer({"statusCode": int(status), "message": message}, status)


if __name__ == "__main__":
    process.run("identity endpoint", application, "identity")
