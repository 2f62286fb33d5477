"""What a check answers, and what the target has. Knows no policy and no service."""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec


class Outcome(StrEnum):
    """A check passed, failed (the asset does not satisfy it) or errored (it could not be judged)."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check's answer, with evidence that a person can read."""

    name: str
    outcome: Outcome
    #: One sentence that names the value, the bound and, when failed, what to do.
    summary: str
    #: What was looked at: names to JSON values, finite numbers only.
    evidence: dict[str, Any] = msgspec.field(default_factory=dict)


class TargetVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version that the target registry already has under the asset's name."""

    version: str
    archived: bool = False
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    properties: dict[str, str] = msgspec.field(default_factory=dict)
    #: When it was created, where the list of versions tells.
    created_at: dt.datetime | None = None
