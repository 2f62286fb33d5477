"""Check: it is known where the asset came from."""

from promotion.checks.answers import answer
from promotion.domain.policy import Lineage
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot


def run(spec: Lineage, snapshot: Snapshot) -> CheckResult:
    """Pass when the registry names the job or the origin, or both, as the policy asks."""
    job, origin = snapshot.asset.job_name.strip(), snapshot.asset.origin.strip()
    there = {"job": bool(job), "origin": bool(origin)}
    match spec.require:
        case "either":
            ok = any(there.values())
        case "both":
            ok = all(there.values())
        case one:
            ok = there[one]
    known = [f"{name} {value}" for name, value in (("job", job), ("origin", origin)) if value]
    if ok:
        summary = f"It comes from {' and '.join(known)}."
    else:
        wanted = {"either": "a job or an origin", "both": "a job and an origin"}
        summary = (
            f"The policy wants {wanted.get(spec.require, f'its {spec.require}')} to be known; "
            f"known is {' and '.join(known) or 'neither'}. Register the model from the job that "
            "trained it, and share it to the registry from its workspace."
        )
    evidence = {"job": job, "origin": origin, "require": spec.require}
    return answer(spec, ok=ok, summary=summary, evidence=evidence)
