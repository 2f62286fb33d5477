"""The call that answers the API's document."""

from promotion.web import answers
from promotion.web.http import Response
from promotion.web.openapi.document import describe
from promotion.web.routing import Call


def document(call: Call) -> Response:
    """Answer the document of the very routes that this call came through."""
    return answers.json(describe(call.routes, call.settings.public_url))
