"""Check: the asset was registered recently enough."""

import datetime as dt

from promotion.checks.answers import answer
from promotion.domain.policy import MaximumAge
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot


def run(spec: MaximumAge, snapshot: Snapshot) -> CheckResult:
    """Pass when the time since registration is at most the policy's; an unknown time fails."""
    created = snapshot.asset.created_at
    age = None if created is None else max(snapshot.now - created, dt.timedelta(0))
    ok = age is not None and age <= spec.at_most
    if age is None:
        summary = "The registry does not tell when it was registered."
    elif ok:
        summary = f"It was registered {_told(age)} ago, within {_told(spec.at_most)}."
    else:
        summary = (
            f"It was registered {_told(age)} ago, longer than {_told(spec.at_most)}. "
            "Train it again and register a new version."
        )
    evidence = {
        "created_at": created.isoformat() if created else None,
        "judged_at": snapshot.now.isoformat(),
        "age_seconds": None if age is None else age.total_seconds(),
        "at_most_seconds": spec.at_most.total_seconds(),
    }
    return answer(spec, ok=ok, summary=summary, evidence=evidence)


def _told(span: dt.timedelta) -> str:
    if span < dt.timedelta(hours=1):
        return f"{span.total_seconds() / 60:.0f} minutes"
    if span < dt.timedelta(days=2):
        return f"{span.total_seconds() / 3600:.1f} hours"
    return f"{span.total_seconds() / 86400:.1f} days"
