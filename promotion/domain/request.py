"""The request: one asset asking to travel one route, as a frozen value. Transitions are in `lifecycle`."""

import base64
import datetime as dt
import hashlib
import re
from enum import StrEnum
from typing import Final

import msgspec

from promotion.domain.actors import Actor
from promotion.domain.approvals import Authors, Decision
from promotion.domain.assets import AssetRef
from promotion.domain.dependencies import Dependency, closure_digest
from promotion.domain.evidence import Submission
from promotion.domain.facts import GENESIS
from promotion.domain.orders import Order
from promotion.domain.policy import StageSpec
from promotion.domain.results import CheckResult
from promotion.domain.timers import Timers

#: Version of the stored form of a request.
SCHEMA: Final = 1

_ID: Final = re.compile(r"[a-z2-7]{26}", re.ASCII)


class State(StrEnum):
    """Where a request stands; section 'State machine' of docs/architecture.md draws it."""

    RECEIVED = "received"
    VALIDATING = "validating"
    REFUSED = "refused"
    PENDING = "pending"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    APPROVED = "approved"
    PROMOTING = "promoting"
    PROMOTED = "promoted"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    #: An order was carried out (ordering.py).
    DONE = "done"
    #: No request at all: a version was found in a target that nobody had asked for (bypassing.py).
    BYPASSED = "bypassed"
    #: The same, and an operator has taken note.
    ACKNOWLEDGED = "acknowledged"

    @property
    def terminal(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in _TERMINAL


_TERMINAL: Final = frozenset(
    {
        State.REFUSED,
        State.REJECTED,
        State.EXPIRED,
        State.CANCELLED,
        State.SUPERSEDED,
        State.PROMOTED,
        State.WITHDRAWN,
        State.FAILED,
        State.DONE,
        State.BYPASSED,
        State.ACKNOWLEDGED,
    },
)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that keeps the request from going on, in words for the person who acts."""

    message: str
    remedy: str = ""
    since: dt.datetime


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One asset asking to travel one route."""

    id: str
    route: str
    attempt: int
    asset: AssetRef
    target: AssetRef
    state: State
    #: Number of transitions so far; also the sequence of the last fact, and the API's ETag.
    revision: int
    policy_hash: str
    requested_by: Actor
    reason: str = ""
    made_by: Authors = msgspec.field(default_factory=Authors)
    created_at: dt.datetime
    updated_at: dt.datetime
    #: When the next thing must happen to it, by itself or through the sweep; none when terminal.
    due_at: dt.datetime | None = None
    #: When people's time to decide ends, once they were asked.
    expires_at: dt.datetime | None = None
    timers: Timers | None = None
    #: Digest of the manifest, once the files were read.
    digest: str = ""
    files: int = 0
    size: int = 0
    #: Where the manifest is kept (its evidence reference).
    manifest: str = ""
    #: Digest of what was said of the asset when it was checked: that travels, too.
    described: str = ""
    #: Id of the run or asset that it came from, as its home told when it was checked. Shown, judged by nobody.
    came_from: str = ""
    #: Where the signed statement of its approval is kept (its evidence reference), once it is made.
    attestation: str = ""
    checks: tuple[CheckResult, ...] = ()
    stages: tuple[StageSpec, ...] = ()
    decisions: tuple[Decision, ...] = ()
    #: What the asset needs, what is needed before what needs it; approved along with it.
    dependencies: tuple[Dependency, ...] = ()
    #: What pipelines posted, the latest of each name.
    evidence: tuple[Submission, ...] = ()
    problem: Problem | None = None
    #: Of a migration, where the versions that it asks for are kept (their evidence reference).
    plan: str = ""
    #: Of a version that travels with a migration, the id of the migration's request.
    batch: str = ""
    #: What shall be done to a version that has arrived; none for a request that brings one.
    order: Order | None = None
    #: W3C traceparent of what opened it.
    trace: str = ""
    #: Hash of the last fact.
    head: str = GENESIS
    schema: int = SCHEMA

    @property
    def unit(self) -> str:
        """What it is counted in: files, or the versions of a migration."""
        return "version" if self.plan else "file"

    @property
    def all_files(self) -> int:
        """How many files are copied: the asset's own, and those of what travels along."""
        return self.files + sum(each.files for each in self.dependencies if each.travels)

    @property
    def all_bytes(self) -> int:
        """Their bytes together."""
        return self.size + sum(each.size for each in self.dependencies if each.travels)

    @property
    def closure(self) -> str:
        """The digest of the asset with everything that it needs; its own where it needs nothing."""
        if not self.dependencies:
            return self.digest
        return closure_digest(self.asset, self.digest, self.dependencies)


def is_about(request: Request, name: str, version: str) -> bool:
    """Whether a name and version (empty: any) are the asset's own or those it gets at the target."""
    return any(
        name in {"", each.name} and version in {"", each.version}
        for each in (request.asset, request.target)
    )


def is_request_id(text: str) -> bool:
    """Whether a text can be the id of a request at all."""
    return _ID.fullmatch(text) is not None


def request_id(*, route: str, asset: AssetRef, attempt: int) -> str:
    """Return the id derived from what a request is about, so that one event twice is one request.

    26 characters of a-z and 2-7 (130 bits of SHA-256): usable in keys, addresses and file names.
    Azure compares resource names without case, so homes do too; asset names keep theirs.
    """
    home = asset.home.path.lower()
    parts = (route, home, asset.kind.value, asset.name, asset.version, str(attempt))
    text = "\n".join(f"{len(part)}:{part}" for part in parts)
    digest = hashlib.sha256(text.encode(errors="surrogateescape")).digest()
    return base64.b32encode(digest).decode()[:26].lower()
