"""Check: the asset is of a type that the policy allows."""

from promotion.checks.answers import answer, shown
from promotion.domain.policy import ModelType
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot


def run(spec: ModelType, snapshot: Snapshot) -> CheckResult:
    """Pass when the registry's own word for the asset's type is one of those allowed."""
    found = snapshot.asset.type
    allowed = ", ".join(spec.allowed)
    ok = found in spec.allowed
    if ok:
        summary = f"The type {found} is allowed."
    elif found:
        summary = f"The type {shown(found)} is not allowed. Register it as one of: {allowed}."
    else:
        summary = f"The registry tells no type. Register it as one of: {allowed}."
    evidence = {"type": found, "allowed": list(spec.allowed)}
    return answer(spec, ok=ok, summary=summary, evidence=evidence)
