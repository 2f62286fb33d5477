"""What calls about withdrawing, restoring and retention take and answer: read by the dispatcher, told by the document."""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from promotion.web import shapes
from promotion.web.inputs import ASSET_PATTERN, MAX_TEXT

_Reason = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]


class NewRollback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for a version in a registry to be withdrawn, or restored; named by its id or by what brought it."""

    reason: Annotated[_Reason, Meta(description="Why, for those who use the version.")]
    asset: Annotated[
        Annotated[str, Meta(max_length=2048, extra_json_schema={"pattern": ASSET_PATTERN})] | None,
        Meta(description="The version in the target registry; this or `request`."),
    ] = None
    request: Annotated[
        Annotated[str, Meta(max_length=64)] | None,
        Meta(description="The request that brought it; this or `asset`."),
    ] = None
    action: Literal["withdraw", "restore"] = "withdraw"
    emergency: Annotated[
        bool,
        Meta(description="Do not wait for those who decide. For Promotion.Operator; told to all."),
    ] = False
    to: Annotated[
        Annotated[str, Meta(max_length=255)] | None,
        Meta(description="The version that must be in use afterwards; refused when it is another."),
    ] = None
    leave_none: Annotated[
        bool, Meta(description="Withdraw although no version is in use afterwards.")
    ] = False


class NewRetention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Archive what the retention of a registry says is old."""

    registry: Annotated[
        str, Meta(max_length=255, description="Its name; empty: all that have a retention.")
    ] = ""
    reason: Annotated[str, Meta(max_length=MAX_TEXT)] | None = None


class RetentionQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which registry's retention to look at."""

    registry: Annotated[
        str, Meta(max_length=255, description="Its name; empty: all that have a retention.")
    ] = ""
    cursor: Annotated[str, Meta(max_length=1000, description="`next_cursor` of the last page.")] = (
        ""
    )
    limit: Annotated[int, Meta(ge=1, le=200)] | None = None


class Outdated(msgspec.Struct, frozen=True, kw_only=True):
    """A version that the retention archives."""

    asset: shapes.Asset
    created_at: dt.datetime | None
    current: Annotated[str, Meta(description="The version in use, which stays.")]


class RetentionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Some of what applying the retention would archive; nothing was written."""

    items: list[Outdated]
    next_cursor: Annotated[str | None, Meta(description="Null on the last page.")]
    problems: Annotated[list[str], Meta(description="What could not be judged, and why.")]


class Retired(msgspec.Struct, frozen=True, kw_only=True):
    """The orders by which versions are archived."""

    items: list[shapes.Promotion]
    problems: Annotated[list[str], Meta(description="What could not be judged, and why.")]
