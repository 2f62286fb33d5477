"""Calls about versions that have arrived: withdraw, restore, and what retention archives."""

from typing import Final

from promotion.domain.actors import acting
from promotion.domain.assets import AssetRef
from promotion.domain.errors import InvalidError
from promotion.domain.orders import Verb
from promotion.usecases import access, retain, views
from promotion.usecases.roll_back import Plea, roll_back
from promotion.web import answers, order_shapes, present, shapes
from promotion.web.api.acting import asset_of, shown, shown_new, trace_of
from promotion.web.api.paging import cursor_checked
from promotion.web.http import Response
from promotion.web.order_shapes import NewRetention, NewRollback, RetentionQuery
from promotion.web.routing import Call, Operation

ROLL_BACK: Final = Operation(
    id="rollBack",
    summary="Ask for a version in a registry to be withdrawn, or restored",
    description=(
        "Opens an order, or answers the one there is: a request about a version that has arrived, decided on "
        "like any other. A withdrawn version is archived, its predecessor is in use, subscribers are told. "
        "Takes the role Promotion.Requester or Promotion.Operator; an emergency takes Promotion.Operator, waits "
        "for nobody, and is told to everybody."
    ),
    body=NewRollback,
    answers={200: (shapes.Promotion,), 201: (shapes.Promotion,)},
    problems=(404, 409),
    sends={
        "ETag": "The order's revision, in quotes; what `If-Match` names.",
        "Location": "With 201: the new order.",
    },
    example={
        "asset": "azureml://registries/prod-mlops-registry/models/taxi-fare/versions/3",
        "reason": "Its fares drift since Monday.",
        "to": "2",
    },
)

PLAN: Final = Operation(
    id="planRetention",
    summary="Tell which versions the retention would archive",
    description=(
        "Reads only. Never the version in use, one that is held, that another needs, or that is asked about. "
        "Name by name, the newest version first; `next_cursor` leads to the next page. For Promotion.Operator."
    ),
    query=RetentionQuery,
    answers={200: (order_shapes.RetentionPlan,)},
)

APPLY: Final = Operation(
    id="applyRetention",
    summary="Archive the versions that the retention names",
    description="Opens an order for each; each looks again before it archives. For Promotion.Operator.",
    body=NewRetention,
    answers={200: (order_shapes.Retired,)},
    example={"registry": "prod-mlops-registry"},
)


def ask(call: Call) -> Response:
    """Open an order, or return the one there is."""
    wanted: NewRollback = call.body
    plea = Plea(
        person=call.caller,
        verb=Verb(wanted.action),
        asset=_asset(call, wanted),
        reason=wanted.reason.strip(),
        emergency=wanted.emergency,
        to=wanted.to or "",
        leave_none=wanted.leave_none,
        trace=trace_of(call),
    )
    opened = roll_back(call.world, plea)
    return shown_new(call, opened.request) if opened.created else shown(call, opened.request)


def plan(call: Call) -> Response:
    """Tell what retention would archive."""
    # It reads whole registries.
    access.require_operator(call.caller)
    asked: RetentionQuery = call.query
    limit = asked.limit or call.settings.page_size
    with cursor_checked():
        found = retain.plan(call.world, asked.registry, cursor=asked.cursor, limit=limit)
    items = [
        order_shapes.Outdated(
            asset=present.asset(each.asset), created_at=each.created_at, current=each.current
        )
        for each in found.items
    ]
    cursor = found.next_cursor or None
    shape = order_shapes.RetentionPlan(
        items=items, next_cursor=cursor, problems=list(found.problems)
    )
    return answers.json(shape)


def apply(call: Call) -> Response:
    """Order what retention archives."""
    wanted: NewRetention = call.body
    access.require_operator(call.caller)
    found = retain.plan(call.world, wanted.registry)
    reason = (wanted.reason or "").strip() or "Retention, applied by an operator."
    orders = retain.apply(call.world, found, acting(call.caller), reason)
    items = [present.promotion(views.view(call.world, each)) for each in orders]
    return answers.json(order_shapes.Retired(items=items, problems=list(found.problems)))


def _asset(call: Call, wanted: NewRollback) -> AssetRef:
    if (wanted.asset is None) is (wanted.request is None):
        raise InvalidError(
            "A rollback names a version, by `asset` or by `request`.", "Give exactly one of them."
        )
    if wanted.asset is not None:
        return asset_of(wanted.asset)
    return views.show(call.world, wanted.request or "").request.target
