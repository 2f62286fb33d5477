"""Which check answers for which entry of the policy. Knows the checks, not what they look for."""

from typing import Any, Final, Protocol

from promotion.checks import (
    champion_challenger,
    custom,
    licence,
    lineage,
    malware_scan,
    maximum_age,
    metric_threshold,
    mlflow_signature,
    model_type,
    naming,
    required_evidence,
    required_tags,
    second_opinion,
    size_limits,
    version_rule,
)
from promotion.checks.plainly import plainly
from promotion.domain import policy
from promotion.domain.policy import Check, CheckSpec
from promotion.domain.results import CheckResult, Outcome
from promotion.domain.snapshot import Snapshot


class _Run(Protocol):
    def __call__(self, spec: Any, snapshot: Snapshot, /) -> CheckResult: ...  # noqa: ANN401 -- each takes its own


_RUN: Final[dict[type[Check], _Run]] = {
    policy.RequiredTags: required_tags.run,
    policy.Naming: naming.run,
    policy.VersionRule: version_rule.run,
    policy.ModelType: model_type.run,
    policy.MaximumAge: maximum_age.run,
    policy.SizeLimits: size_limits.run,
    policy.Lineage: lineage.run,
    policy.MetricThreshold: metric_threshold.run,
    policy.ChampionChallenger: champion_challenger.run,
    policy.MlflowSignature: mlflow_signature.run,
    policy.Licence: licence.run,
    policy.MalwareScan: malware_scan.run,
    policy.SecondOpinion: second_opinion.run,
    policy.RequiredEvidence: required_evidence.run,
    policy.CustomCheck: custom.run,
}


def run_all(specs: tuple[CheckSpec, ...], snapshot: Snapshot) -> tuple[CheckResult, ...]:
    """Return every check's answer, in the policy's order: all failures, not only the first."""
    return tuple(run_one(spec, snapshot) for spec in specs)


def run_one(spec: CheckSpec, snapshot: Snapshot) -> CheckResult:
    """Return the answer of the check that the policy's entry names, fit to be recorded."""
    return plainly(_RUN[type(spec)](spec, snapshot), spec.label)


def all_passed(results: tuple[CheckResult, ...]) -> bool:
    """Whether there was at least one check and every one passed. No check at all proves nothing."""
    return bool(results) and all(result.outcome is Outcome.PASSED for result in results)
