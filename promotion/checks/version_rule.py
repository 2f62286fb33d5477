"""Check: the target version follows the scheme and is not below what the target has."""

import re
from typing import Final

from promotion.domain.policy import VersionRule
from promotion.domain.results import CheckResult, Outcome, Snapshot

#: Azure ML numbers versions from 1, without leading zeros.
_INTEGER: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
#: Semantic Versioning 2.0.0, section 2, without pre-release and build: neither belongs in production.
_SEMVER: Final = re.compile(
    r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})", re.ASCII
)


def run(spec: VersionRule, snapshot: Snapshot) -> CheckResult:
    """Pass when the version is well-formed and, if the policy says so, not below the highest there is."""
    wanted = snapshot.target.version
    number = order(spec.scheme, wanted)
    present = {v.version: order(spec.scheme, v.version) for v in snapshot.target_versions}
    highest = max((value for value in present.values() if value is not None), default=None)
    evidence = {
        "version": wanted,
        "scheme": spec.scheme,
        "highest_in_target": _named(present, highest),
    }
    if number is None:
        outcome = Outcome.FAILED
        summary = f"Version {wanted[:80]!r} is not a version of the scheme {spec.scheme!r}."
    elif spec.not_below_target and highest is not None and number < highest:
        outcome = Outcome.FAILED
        summary = (
            f"Version {wanted} is below {evidence['highest_in_target']}, "
            "which the target has already. Register a higher version."
        )
    else:
        outcome = Outcome.PASSED
        summary = f"Version {wanted} follows the scheme {spec.scheme!r}."
    return CheckResult(name="version_rule", outcome=outcome, summary=summary, evidence=evidence)


def order(scheme: str, version: str) -> tuple[int, ...] | None:
    """Return what a version sorts by in its scheme, or nothing when it does not follow it."""
    if scheme == "integer":
        return (int(version),) if _INTEGER.fullmatch(version) else None
    found = _SEMVER.fullmatch(version)
    return tuple(int(part) for part in found.groups()) if found else None


def _named(
    present: dict[str, tuple[int, ...] | None], highest: tuple[int, ...] | None
) -> str | None:
    if highest is None:
        return None
    return next(version for version, value in present.items() if value == highest)
