"""Answers on the wire: JSON bodies, the headers that matter, error envelopes as recorded.

Knows HTTP only. Headers that would harm a browser on loopback (Strict-Transport-Security holds for
every port of `localhost`) are left out.
"""

import datetime as dt
import json
import uuid
from typing import Any, Final

from aiohttp import web

from sandbox.azureml.documents import Stamp
from sandbox.azureml.errors import ServiceError
from sandbox.config import LOCATION

JSON: Final = "application/json; charset=utf-8"
_TYPE: Final = "x-ms-response-type"


def answer(
    body: Any,  # noqa: ANN401 - any JSON value
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> web.Response:
    """Return a JSON answer; `None` is the literal `null`, as long-running operations begin."""
    return web.Response(
        body=json.dumps(body, ensure_ascii=False).encode(),
        status=status,
        headers={**_common(status), "Content-Type": JSON, **(headers or {})},
    )


def empty(status: int) -> web.Response:
    """Return an answer without a body and without a content type."""
    return web.Response(status=status, headers=_common(status))


def failure(error: ServiceError) -> web.Response:
    """Return the error envelope of ARM and of the registry data plane."""
    extra: list[dict[str, Any]] = [
        _info("ComponentName", "managementfrontend"),
        _info("Correlation", _correlation()),
        _info("Environment", LOCATION),
        _info("Location", LOCATION),
        _info("Time", shown_time(dt.datetime.now(dt.UTC))),
    ]
    if error.inner:
        extra.append(_info("InnerError", error.inner_error()))
    details = [
        {"code": code, "message": message, "details": [], "additionalInfo": []}
        for code, message in error.details
    ]
    body = {
        "error": {
            "code": error.code,
            "message": error.message,
            "details": details,
            "additionalInfo": extra,
        },
    }
    return answer(body, error.status, error.headers)


def discovery_failure(error: ServiceError) -> web.Response:
    """Return the other envelope, that of registry discovery."""
    body = {
        "error": {
            "code": error.code,
            "severity": None,
            "message": error.message,
            "messageFormat": None,
            "messageParameters": None,
            "referenceCode": None,
            "detailsUri": None,
            "target": None,
            "details": [],
            "innerError": error.inner_error() or {"code": error.code, "innerError": None},
            "debugInfo": None,
            "additionalInfo": None,
        },
        "correlation": _correlation(),
        "environment": LOCATION,
        "location": LOCATION,
        "time": shown_time(dt.datetime.now(dt.UTC)),
        "componentName": "registry",
        "statusCode": error.status,
    }
    return answer(body, error.status, error.headers)


def system_data(created: Stamp, modified: Stamp) -> dict[str, str]:
    """Return the `systemData` of an answer."""
    return {
        "createdAt": shown_time(created.at),
        "createdBy": created.by,
        "createdByType": created.type,
        "lastModifiedAt": shown_time(modified.at),
        "lastModifiedBy": modified.by,
        "lastModifiedByType": modified.type,
    }


def shown_time(moment: dt.datetime) -> str:
    """Return a moment as the service writes it, with the offset `+00:00`."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _common(status: int) -> dict[str, str]:
    kind = "error" if status >= 400 else "standard"  # noqa: PLR2004 - HTTP's first error status
    return {_TYPE: kind, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}


def _correlation() -> dict[str, str]:
    return {"operation": uuid.uuid4().hex, "request": uuid.uuid4().hex[:16]}


def _info(kind: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    return {"type": kind, "info": {"value": value}}
