"""Facts: what happened, in the past tense, chained by hash. Knows no storage and no topic.

Grammar of a type's name: `{noun}.{past participle}`. A name keeps its meaning for ever; what changes
its meaning gets a new name.

The hash of a fact is the SHA-256 of the RFC 8785 canonical JSON of all its fields but `hash`. As
`previous_hash` is one of them, a fact vouches for every fact before it.
"""

import datetime as dt
import hashlib
import re
from enum import StrEnum
from typing import Any, Final

import msgspec
import rfc8785

from promotion.domain.actors import Actor

#: Version of the hashed form; part of it.
SPEC: Final = "mlpromotion.fact/1"

#: What the first fact of a chain names as its predecessor.
GENESIS: Final = "0" * 64


#: W3C Trace Context, section 3.2.2; version ff and all-zero ids are invalid there.
_TRACEPARENT: Final = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}",
    re.ASCII,
)


class FactType(StrEnum):
    """Every type of fact. `asset.` facts are published under the asset's own kind (`model.promoted`)."""

    REQUEST_OPENED = "request.opened"
    VALIDATION_STARTED = "validation.started"
    VALIDATION_DEFERRED = "validation.deferred"
    EVIDENCE_SUBMITTED = "evidence.submitted"
    REQUEST_REFUSED = "request.refused"
    APPROVAL_REQUESTED = "approval.requested"
    DECISION_RECORDED = "decision.recorded"
    REQUEST_APPROVED = "request.approved"
    REQUEST_REJECTED = "request.rejected"
    REQUEST_EXPIRED = "request.expired"
    REQUEST_CANCELLED = "request.cancelled"
    REQUEST_SUPERSEDED = "request.superseded"
    COPY_STARTED = "copy.started"
    ASSET_PROMOTED = "asset.promoted"
    WITHDRAWAL_REQUESTED = "withdrawal.requested"
    WITHDRAWAL_FORCED = "withdrawal.forced"
    RESTORATION_REQUESTED = "restoration.requested"
    RETIREMENT_ORDERED = "retirement.ordered"
    ASSET_WITHDRAWN = "asset.withdrawn"
    ASSET_RESTORED = "asset.restored"
    ASSET_RETIRED = "asset.retired"
    PROMOTION_WITHDRAWN = "promotion.withdrawn"
    PROMOTION_RESTORED = "promotion.restored"
    PROMOTION_FAILED = "promotion.failed"
    PROMOTION_RETRIED = "promotion.retried"
    PROBLEM_REPORTED = "problem.reported"
    APPROVAL_REMINDED = "approval.reminded"
    APPROVAL_ESCALATED = "approval.escalated"
    BYPASS_DETECTED = "bypass.detected"
    BYPASS_ACKNOWLEDGED = "bypass.acknowledged"


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to one request."""

    spec: str
    #: `{request}-{sequence}`: stable, so that a subscriber can tell a repetition.
    id: str
    request: str
    #: 1, 2, 3 ... within the request; equals the request's revision after the transition.
    sequence: int
    type: str
    at: dt.datetime
    actor: Actor
    #: Asset ids; the target is empty until it is known.
    asset: str
    target: str
    #: State before (empty for the first fact) and after.
    before: str
    after: str
    digest: str
    policy_hash: str
    code_version: str
    trace: str
    data: dict[str, Any]
    previous_hash: str
    hash: str = ""


def traceparent(text: str) -> str:
    """Return a text from outside as the W3C traceparent that facts carry; empty for anything else."""
    return text if _TRACEPARENT.fullmatch(text) else ""


def seal(fact: Fact) -> Fact:
    """Return the fact with its hash.

    Raises:
        rfc8785.CanonicalizationError: `data` holds what canonical JSON cannot (NaN, integers beyond 2^53).
    """
    return msgspec.structs.replace(fact, hash=hash_of(fact))


def hash_of(fact: Fact) -> str:
    """Return the hexadecimal SHA-256 over the fact's canonical form, whatever `fact.hash` says."""
    fields = msgspec.to_builtins(fact)
    del fields["hash"]
    return hashlib.sha256(rfc8785.dumps(fields)).hexdigest()


def hash_in(line: bytes) -> str:
    """Return `hash_of` of the fact whose canonical form a line is, at a fraction of the price.

    No member after `hash` has members of its own, and a quote inside a text is escaped: the last
    `"hash":"` of the line is the fact's own.
    """
    before, _, rest = line.removesuffix(b"\n").rpartition(b'"hash":"')
    return hashlib.sha256(before + rest.partition(b'",')[2]).hexdigest()
