"""What calls about migrations take and answer: read by the dispatcher and told by the API's document."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from promotion.domain.migration import MOST
from promotion.domain.request import State
from promotion.usecases.migrate.surveying import Standing
from promotion.web import shapes
from promotion.web.inputs import ASSET_PATTERN, MAX_TEXT

_RouteName = Annotated[str, Meta(min_length=1, max_length=255)]
_AssetId = Annotated[str, Meta(max_length=2048, extra_json_schema={"pattern": ASSET_PATTERN})]
_MOST_A_PAGE: Final = 200


class NewMigration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for many versions to travel one route on one approval."""

    route: _RouteName
    assets: Annotated[
        list[_AssetId],
        Meta(min_length=1, max_length=MOST, description="Asset ids, as the plan shows them."),
    ]
    reason: Annotated[str, Meta(max_length=MAX_TEXT)] | None = None


class PlanQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which route's source to look through."""

    route: _RouteName
    cursor: Annotated[str, Meta(max_length=300, description="`next_cursor` of the last page.")] = ""
    limit: Annotated[int, Meta(ge=1, le=_MOST_A_PAGE)] = 50


class VersionsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which versions of a migration to list."""

    cursor: Annotated[
        int, Meta(ge=0, le=1_000_000_000, description="`next_cursor` of the last page.")
    ] = 0
    limit: Annotated[int, Meta(ge=1, le=_MOST_A_PAGE)] = _MOST_A_PAGE


class PlannedVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a route's source, and what a migration would do with it."""

    asset: shapes.Asset
    standing: Standing
    target: Annotated[
        shapes.Asset | None,
        Meta(description="Null when it cannot be told before the version is checked."),
    ]
    files: int | None
    bytes: int | None
    request: Annotated[str | None, Meta(description="Id of its latest request.")]
    state: State | None
    why: str


class MigrationPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Some versions of a route's source, name by name."""

    items: list[PlannedVersion]
    next_cursor: Annotated[str | None, Meta(description="Null on the last page.")]


class MigratedVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version that a migration asks for, and how its own request stands."""

    asset: shapes.Asset
    target: shapes.Target | None
    request: str | None
    state: State | None
    digest: str | None
    bytes: int
    migration: Annotated[str | None, Meta(description="Null when it was asked for by itself.")]
    problem: shapes.Trouble | None


class MigrationVersions(msgspec.Struct, frozen=True, kw_only=True):
    """Some versions of a migration, in the plan's order."""

    items: list[MigratedVersion]
    next_cursor: Annotated[str | None, Meta(description="Null on the last page.")]
