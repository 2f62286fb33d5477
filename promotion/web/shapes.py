"""The JSON that outside programs rely on: names that stay, more fields over time. Knows no storage.

These structures are also the schemas of the OpenAPI document.
"""

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from promotion.domain.actors import Actor
from promotion.domain.approvals import StageOutcome, Verdict
from promotion.domain.assets import AssetKind
from promotion.domain.dependencies import Way
from promotion.domain.facts import Fact
from promotion.domain.orders import Verb
from promotion.domain.request import State
from promotion.domain.results import Outcome
from promotion.usecases import explain


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one Azure ML asset, in a registry or in a workspace."""

    id: Annotated[str, Meta(examples=["azureml://registries/dev/models/taxi-fare/versions/3"])]
    kind: AssetKind
    registry: str | msgspec.UnsetType = msgspec.UNSET
    workspace: str | msgspec.UnsetType = msgspec.UNSET
    name: str
    version: str


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where an asset arrives: a version in a registry, or what will hold it until the version is settled."""

    id: Annotated[str, Meta(examples=["azureml://registries/prod/models/taxi-fare/versions/3"])]
    kind: AssetKind
    registry: str | msgspec.UnsetType = msgspec.UNSET
    workspace: str | msgspec.UnsetType = msgspec.UNSET
    name: str
    version: Annotated[
        str | None, Meta(description="Null until it is settled, before people are asked.")
    ]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person by their Entra ID identity."""

    oid: str
    tid: str
    name: str


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check's answer, with what it looked at."""

    name: str
    outcome: Outcome
    summary: str
    evidence: dict[str, Any]


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A set of people of whom `quorum` must agree."""

    name: str
    quorum: Annotated[int, Meta(ge=1)]
    #: How many different people must reject to end the request.
    rejections: Annotated[int, Meta(ge=1, description="Rejections that end the request.")] = 1
    roles: list[str]
    people: Annotated[list[str], Meta(description="Named besides: `{tenant id}/{object id}`.")] = (
        msgspec.field(default_factory=list)
    )
    #: Whether it opens together with the stage before it.
    alongside: Annotated[bool, Meta(description="Opens together with the stage before it.")] = False
    outcome: StageOutcome


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One person's verdict on one revision and one digest."""

    stage: str
    verdict: Verdict
    by: Person
    comment: str
    at: dt.datetime
    digest: str
    revision: int


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a pipeline posted about the files of one digest."""

    name: str
    outcome: Outcome
    digest: str
    by: Actor
    at: dt.datetime
    url: str
    #: `sha256:...` of the whole data's JSON; `data` is empty when it is large.
    reference: Annotated[str, Meta(description="SHA-256 of the whole data's JSON.")]
    data: Annotated[dict[str, Any], Meta(description="Empty when it is large.")]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the copy is, in files and in bytes."""

    files: int
    files_done: int
    bytes: int
    bytes_done: int


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps the request from going on, and what to do about it."""

    message: str
    remedy: str
    since: dt.datetime


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """Where one asset names another."""

    by: Annotated[str, Meta(description="Id of the asset that does.")]
    where: Annotated[str, Meta(examples=["environment", "jobs.train.componentId", "tags.needs"])]


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that is approved along with the one that needs it."""

    asset: Asset
    target: Asset
    way: Annotated[Way, Meta(description="What becomes of it.")]
    digest: Annotated[str | None, Meta(description="Null where it stays: nothing is read.")]
    files: int
    size: int
    rebuilt: Annotated[bool, Meta(description="Whether the target builds its own image of it.")]
    named: list[Naming]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be done to a version that has arrived."""

    verb: Verb
    current: Annotated[str | None, Meta(description="In use when it was asked for.")]
    successor: Annotated[str | None, Meta(description="In use once it is done.")]
    emergency: Annotated[bool, Meta(description="Whether nobody was waited for.")]


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """Where else to look: paths of this app."""

    self: str
    page: str
    audit: str


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """One asset asking to travel one route, as it stands now."""

    id: Annotated[str, Meta(pattern="^[a-z2-7]{26}$")]
    route: str
    state: State
    #: Also the ETag: a decision names the revision it was made on.
    revision: Annotated[int, Meta(ge=1, description="Also the ETag, in quotes.")]
    #: `sha256:...` over the asset's files, or null until they were read.
    digest: Annotated[str | None, Meta(description="Over the files; null until they were read.")]
    attempt: Annotated[int, Meta(ge=1)]
    asset: Asset
    target: Target
    requested_by: Actor
    reason: str
    created_at: dt.datetime
    updated_at: dt.datetime
    due_at: dt.datetime | None
    expires_at: dt.datetime | None
    policy_hash: str
    files: int
    size: Annotated[int, Meta(description="Bytes of all files together.")]
    dependencies: Annotated[
        list[Dependency],
        Meta(description="What is needed stands before what needs it."),
    ]
    checks: list[Check]
    stages: list[Stage]
    decisions: list[Decision]
    evidence: list[Evidence]
    progress: Progress
    migration: Annotated[str | None, Meta(description="The migration that it travels with.")]
    problem: Trouble | None
    order: Annotated[Order | None, Meta(description="Null for what brings a version.")] = None
    links: Links


class DamagedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is there but whose record cannot be read back."""

    id: str
    problem: str


class PromotionList(msgspec.Struct, frozen=True, kw_only=True):
    """One page of requests, newest first."""

    items: list[Promotion]
    next_cursor: Annotated[str | None, Meta(description="Null on the last page.")]
    damaged: list[DamagedRecord]


class FactList(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a request's facts, in their order, exactly as they were hashed."""

    items: list[Fact]
    next_cursor: Annotated[str | None, Meta(description="Null on the last page.")]


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """What the checks say of the asset as it is now, and what its promotion would change."""

    verdict: explain.Prospect
    checks: list[Check]
    digest: str
    files: Annotated[int, Meta(description="How many would be copied.")]
    bytes: Annotated[int, Meta(description="Of all files together.")]
    made_by: Annotated[list[str], Meta(description="Names of those who may not decide.")]
    effect: Annotated[explain.Effect, Meta(description="What would happen to the target.")]
    replaces: Annotated[str | None, Meta(description="The target's version in use now.")]
    dependencies: Annotated[
        list[Dependency],
        Meta(description="What would travel along, or has to be there."),
    ]


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What asking for a promotion would do; nothing was written."""

    dry_run: Literal[True]
    route: str
    attempt: int
    asset: Asset
    target: Target
    #: Whether a new request would be made; otherwise `existing` is the one that would be answered.
    would_create: bool
    existing: Promotion | None
    stages: list[Stage]
    policy_hash: str
    #: What the checks say now; null when the asset is not in the route's source.
    examination: Examination | None
    problem: Annotated[
        str | None,
        Meta(description="Why nothing could be examined; null when it was."),
    ]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the app can do its work."""

    status: Literal["ok", "unavailable"]
    version: str
    checks: dict[str, Literal["ok", "unavailable"]]
