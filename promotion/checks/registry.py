"""Which check answers for which entry of the policy. Knows the checks, not what they look for."""

from typing import assert_never

from promotion.checks import metric_threshold, required_tags, version_rule
from promotion.domain.policy import (
    CheckSpec,
    MetricThreshold,
    RequiredTags,
    VersionRule,
)
from promotion.domain.results import CheckResult, Outcome, Snapshot


def run_all(specs: tuple[CheckSpec, ...], snapshot: Snapshot) -> tuple[CheckResult, ...]:
    """Return every check's answer, in the policy's order: all failures, not only the first."""
    return tuple(run_one(spec, snapshot) for spec in specs)


def run_one(spec: CheckSpec, snapshot: Snapshot) -> CheckResult:
    """Return the answer of the check that the policy's entry names."""
    match spec:
        case RequiredTags():
            return required_tags.run(spec, snapshot)
        case MetricThreshold():
            return metric_threshold.run(spec, snapshot)
        case VersionRule():
            return version_rule.run(spec, snapshot)
        case _:
            assert_never(spec)


def all_passed(results: tuple[CheckResult, ...]) -> bool:
    """Whether there was at least one check and every one passed. No check at all proves nothing."""
    return bool(results) and all(result.outcome is Outcome.PASSED for result in results)
