"""Calls for auditors: one request's trail as a file that verifies without the app. They change nothing."""

from typing import Final

from promotion.domain.export import Scope
from promotion.usecases.export_audit import Export
from promotion.web.http import Response
from promotion.web.routing import Call

JSON_LINES: Final = "application/jsonl"


def export(call: Call) -> Response:
    """Answer a request's sealed trail; more than one request is exported from the storage, by the CLI."""
    request_id = call.path["id"]
    lines = Export(call.world, Scope(request=request_id)).write()
    headers = {
        "Content-Type": JSON_LINES,
        "Content-Disposition": f'attachment; filename="{request_id}.audit.jsonl"',
    }
    return Response(status=200, headers=headers, body=b"".join(lines))
