"""What a check answers and what it looks at. Knows no policy and no service."""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec

from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.manifest import Manifest


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


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a check may look at, read once, before any check runs."""

    asset: AssetDescription
    manifest: Manifest
    target: AssetRef
    target_versions: tuple[TargetVersion, ...] = ()
    now: dt.datetime
