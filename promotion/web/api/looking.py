"""Calls that read: requests, one request, its facts. They change nothing."""

from promotion.ports import Query
from promotion.usecases import views
from promotion.web import answers, present
from promotion.web.api.paging import cursor_checked
from promotion.web.conditions import etag
from promotion.web.http import Response
from promotion.web.inputs import FactQuery, ListQuery
from promotion.web.routing import Call


def promotions(call: Call) -> Response:
    """List requests, newest first.

    Raises:
        HttpError: 400, the cursor is not one of this list.
    """
    asked: ListQuery = call.query
    wanted = Query(
        state=asked.state,
        route=asked.route,
        name=asked.name,
        version=asked.version,
        batch=asked.migration,
    )
    limit = asked.limit or call.settings.page_size
    with cursor_checked():
        found = views.browse(call.world, wanted, cursor=asked.cursor, limit=limit)
    return answers.json(present.listing(found))


def promotion(call: Call) -> Response:
    """Show one request; its ETag is its revision."""
    view = views.show(call.world, call.path["id"])
    return answers.json(present.promotion(view), headers={"ETag": etag(view.request.revision)})


def audit(call: Call) -> Response:
    """List a request's facts in their order."""
    asked: FactQuery = call.query
    found = views.audit(call.world, call.path["id"], after=asked.cursor, limit=asked.limit)
    return answers.json(present.trail(found))
