"""Calls about migrations: look a registry through, ask for a plan, see how its versions stand."""

from typing import Final

from promotion.domain.assets import AssetRef, parse_asset_id
from promotion.domain.errors import InvalidError
from promotion.usecases import access, views
from promotion.usecases.migrate import asking, reporting, surveying
from promotion.web import answers, migration_shapes, present, shapes
from promotion.web.api.paging import cursor_checked
from promotion.web.conditions import etag
from promotion.web.http import Response
from promotion.web.migration_shapes import NewMigration, PlanQuery, VersionsQuery
from promotion.web.problems import INVALID, FieldError, HttpError
from promotion.web.routing import Call, Operation

#: Ten thousand asset ids.
_LARGE: Final = 4 * 1024 * 1024

PLAN: Final = Operation(
    id="planMigration",
    summary="Look through a route's source registry: what would move, what is in the way",
    description=(
        "Reads only. Name by name, the oldest version first. Takes the role Promotion.Operator."
    ),
    query=PlanQuery,
    answers={200: (migration_shapes.MigrationPlan,)},
    problems=(409,),
)

ASK: Final = Operation(
    id="askForMigration",
    summary="Ask for many versions to travel one route on one approval",
    description=(
        "Opens one request for all of them, or answers the one there is for the same plan. Its digest stands "
        "for every version's own; deciding on it is deciding on each. Takes the role Promotion.Operator."
    ),
    body=NewMigration,
    max_body=_LARGE,
    answers={200: (shapes.Promotion,), 201: (shapes.Promotion,)},
    problems=(409,),
    sends={
        "ETag": "The request's revision, in quotes; what `If-Match` names.",
        "Location": "With 201: the new request.",
    },
    example={
        "route": "dev-to-central",
        "assets": ["azureml://registries/dev-mlops-registry/models/taxi-fare/versions/3"],
        "reason": "Two registries become one.",
    },
)

VERSIONS: Final = Operation(
    id="listMigratedVersions",
    summary="List a migration's versions and how each one's request stands",
    query=VersionsQuery,
    answers={200: (migration_shapes.MigrationVersions,)},
)


def plan(call: Call) -> Response:
    """Look through a registry."""
    access.require_operator(call.caller)
    asked: PlanQuery = call.query
    with cursor_checked():
        found = surveying.survey(call.world, asked.route, cursor=asked.cursor, limit=asked.limit)
    items = [_planned(each) for each in found.items]
    cursor = found.next_cursor or None
    return answers.json(migration_shapes.MigrationPlan(items=items, next_cursor=cursor))


def ask(call: Call) -> Response:
    """Open the request of a migration, or return the one there is."""
    wanted: NewMigration = call.body
    assets = tuple(_asset(number, text) for number, text in enumerate(wanted.assets))
    reason = (wanted.reason or "").strip()
    opened = asking.ask(call.world, wanted.route, assets, call.caller, reason=reason)
    shape = present.promotion(views.view(call.world, opened.request))
    headers = {"ETag": etag(opened.request.revision)}
    if not opened.created:
        return answers.json(shape, 200, headers)
    return answers.json(shape, 201, {**headers, "Location": f"/api/promotions/{opened.request.id}"})


def versions(call: Call) -> Response:
    """List a migration's versions."""
    asked: VersionsQuery = call.query
    found = reporting.report(call.world, call.path["id"], after=asked.cursor, limit=asked.limit)
    items = [_migrated(each) for each in found.items]
    cursor = str(found.next_after) if found.next_after else None
    return answers.json(migration_shapes.MigrationVersions(items=items, next_cursor=cursor))


def _asset(number: int, text: str) -> AssetRef:
    try:
        return parse_asset_id(text)
    except InvalidError as error:
        errors = (FieldError(f"$.assets[{number}]", error.problem),)
        raise HttpError(INVALID, error.problem, error.remedy, errors=errors) from error


def _planned(row: surveying.Row) -> migration_shapes.PlannedVersion:
    return migration_shapes.PlannedVersion(
        asset=present.asset(row.asset),
        standing=row.standing,
        target=present.asset(row.target) if row.target else None,
        files=row.files,
        bytes=row.bytes,
        request=row.request.id if row.request else None,
        state=row.request.state if row.request else None,
        why=row.why,
    )


def _migrated(line: reporting.Line) -> migration_shapes.MigratedVersion:
    request = line.request
    return migration_shapes.MigratedVersion(
        asset=present.asset(line.asset),
        target=present.target(request.target) if request else None,
        request=request.id if request else None,
        state=request.state if request else None,
        digest=(request.digest or None) if request else None,
        bytes=request.size if request else 0,
        migration=(request.batch or None) if request else None,
        problem=present.trouble(request) if request else None,
    )
