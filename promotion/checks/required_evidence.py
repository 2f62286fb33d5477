"""Check: a pipeline has posted a passing result for exactly these files, and not too long ago.

Evidence that is not there yet, is too old, or is about other files makes the check errored, not failed: the
request waits for it. Only a result that says "failed" fails it.
"""

from typing import Any

from promotion.checks.answers import answer, errored, shown
from promotion.domain.evidence import Submission
from promotion.domain.policy import RequiredEvidence
from promotion.domain.results import CheckResult, Outcome
from promotion.domain.snapshot import Snapshot


def run(spec: RequiredEvidence, snapshot: Snapshot) -> CheckResult:
    """Pass when the latest evidence of that name counts and passed."""
    found = _latest(spec, snapshot)
    evidence = _evidence(spec, snapshot, found)
    if (why := waits(spec, snapshot)) or found is None:
        return errored(spec, why, **evidence, waiting_for=spec.name)
    ok = found.outcome is Outcome.PASSED
    said = "passed" if ok else f"says {found.outcome.value}"
    look = f" Look at {shown(found.url, 300)}." if found.url and not ok else ""
    summary = f"{found.by.name} posted {spec.name}, which {said}.{look}"
    return answer(spec, ok=ok, summary=summary, evidence=evidence)


def waits(spec: RequiredEvidence, snapshot: Snapshot) -> str:
    """Return why there is no evidence yet that counts, in a sentence; empty when there is."""
    found = _latest(spec, snapshot)
    if found is None:
        return f"No evidence named {spec.name!r} has been posted yet."
    if found.digest != snapshot.manifest.digest:
        return (
            f"The evidence {spec.name!r} is about {found.digest}, "
            f"but these files are {snapshot.manifest.digest}."
        )
    if snapshot.now - found.at > spec.max_age:
        hours = spec.max_age.total_seconds() / 3600
        return f"The evidence {spec.name!r} is older than {hours:g} hours."
    if found.outcome is Outcome.ERRORED:
        return f"The evidence {spec.name!r} says that it could not be established."
    return ""


def _latest(spec: RequiredEvidence, snapshot: Snapshot) -> Submission | None:
    mine = [each for each in snapshot.submissions if each.name == spec.name]
    return max(mine, key=lambda each: each.at, default=None)


def _evidence(
    spec: RequiredEvidence, snapshot: Snapshot, found: Submission | None
) -> dict[str, Any]:
    wanted = {
        "name": spec.name,
        "digest": snapshot.manifest.digest,
        "max_age_seconds": spec.max_age.total_seconds(),
    }
    if found is None:
        return wanted
    return wanted | {
        "posted_by": found.by.name,
        "posted_at": found.at.isoformat(),
        "posted_digest": found.digest,
        "outcome": found.outcome.value,
        "url": found.url,
        "reference": found.reference,
        "data": found.data,
    }
