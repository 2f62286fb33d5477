"""Check: the target version follows the scheme and is not below what the target has."""

from promotion.checks.answers import answer, shown
from promotion.domain.policy import VersionRule
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot
from promotion.domain.versions import order


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
    ok = False
    if not wanted:
        summary = "Which version it becomes is not known, so it cannot be judged."
    elif number is None:
        summary = f"Version {shown(wanted)} is not a version of the scheme {spec.scheme!r}."
    elif spec.not_below_target and highest is not None and number < highest:
        summary = (
            f"Version {wanted} is below {evidence['highest_in_target']}, "
            "which the target has already. Register a higher version."
        )
    else:
        ok = True
        summary = f"Version {wanted} follows the scheme {spec.scheme!r}."
    return answer(spec, ok=ok, summary=summary, evidence=evidence)


def _named(
    present: dict[str, tuple[int, ...] | None], highest: tuple[int, ...] | None
) -> str | None:
    if highest is None:
        return None
    return next(version for version, value in present.items() if value == highest)
