"""The JSON and the queries that calls may send. Closed: what is not named here is told as an error."""

import re
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from promotion.domain.approvals import Verdict
from promotion.domain.request import State
from promotion.domain.results import Outcome

#: Characters of a comment or reason; far below what a table's property holds (32,768).
MAX_TEXT: Final = 4000

#: Names that Azure ML gives assets and registries; it answers 400 to a question about any other.
POSSIBLE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}", re.ASCII)

#: Ids of assets that can travel.
ASSET_PATTERN: Final = (
    r"^azureml://(registries/[^/\x00-\x1f\x7f-\x9f]{1,255}"
    r"|subscriptions/[^/\x00-\x1f]{1,90}/resourceGroups/[^/\x00-\x1f]{1,90}"
    r"/workspaces/[^/\x00-\x1f]{1,255})"
    r"/(models|environments|components|data)/[^/\x00-\x1f\x7f-\x9f]{1,255}"
    r"/versions/[^/\x00-\x1f\x7f-\x9f]{1,255}$"
)

_Text = Annotated[str, Meta(max_length=MAX_TEXT)]
_Short = Annotated[str, Meta(max_length=255)]


class NewPromotion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for an asset to travel a route."""

    asset: Annotated[
        str,
        Meta(
            max_length=2048,
            description="The asset's id, as Azure ML writes it.",
            # For readers and generators alone: the error for a wrong id is a better one without it.
            extra_json_schema={"pattern": ASSET_PATTERN},
        ),
    ]
    route: Annotated[
        _Short | None,
        Meta(description="The route's name; needed when several routes take the asset."),
    ] = None
    reason: Annotated[_Text | None, Meta(description="Why, in words for the approvers.")] = None
    dry_run: Annotated[bool, Meta(description="Tell what would happen; write nothing.")] = False


class NewEvidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pipeline found out about a request's files."""

    name: Annotated[
        str,
        Meta(min_length=1, max_length=64, description="One that the request's route requires."),
    ]
    outcome: Outcome
    digest: Annotated[
        str,
        Meta(max_length=128, description="Of the files tested, as the request shows it."),
    ]
    data: Annotated[
        dict[str, Any],
        Meta(description="What was measured; 256 KiB of JSON at most."),
    ] = {}
    url: Annotated[
        Annotated[str, Meta(max_length=2000)] | None,
        Meta(description="Where a person can look it up, https."),
    ] = None


class NewDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Approve or reject a request at the revision that `If-Match` names."""

    verdict: Verdict
    digest: Annotated[
        str,
        Meta(max_length=128, description="The digest that was looked at, as the request shows it."),
    ]
    stage: Annotated[
        _Short | None,
        Meta(description="The stage meant; without it the first one open to the caller."),
    ] = None
    comment: Annotated[_Text | None, Meta(description="Needed with a rejection.")] = None


class NewWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the request is cancelled or tried again."""

    reason: _Text | None = None


class ListQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which requests to list; what is left out does not restrict."""

    state: State | None = None
    route: Annotated[str, Meta(max_length=255)] = ""
    name: Annotated[
        str, Meta(max_length=255, description="The exact name, of the asset or at its target.")
    ] = ""
    version: Annotated[str, Meta(max_length=255)] = ""
    migration: Annotated[
        str, Meta(pattern="^([a-z2-7]{26})?$", description="Those that travel with this one.")
    ] = ""
    cursor: Annotated[str, Meta(max_length=200, description="`next_cursor` of the last page.")] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] | None = None


class LineageQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to show a lineage."""

    format: Annotated[
        Literal["graph", "openlineage"],
        Meta(description="`openlineage`: run events (openlineage.io), one a step."),
    ] = "graph"


class FactQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which facts to list."""

    cursor: Annotated[
        int,
        Meta(ge=0, le=1_000_000_000, description="`next_cursor` of the last page."),
    ] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 200
