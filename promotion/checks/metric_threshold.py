"""Check: a metric of the asset lies within the policy's bounds."""

import math

from promotion.domain.policy import MetricThreshold
from promotion.domain.results import CheckResult, Outcome, Snapshot


def run(spec: MetricThreshold, snapshot: Snapshot) -> CheckResult:
    """Pass when the metric is a finite number within the bounds, a bound itself included."""
    place = snapshot.asset.tags if spec.read_from == "tags" else snapshot.asset.properties
    written = place.get(spec.metric)
    if written is None:
        return _answer(
            spec,
            None,
            Outcome.FAILED,
            f"The asset has no {spec.metric!r} among its {spec.read_from}. "
            "Write the metric there and register a new version.",
        )
    value = _finite(written)
    if value is None:
        return _answer(
            spec,
            written,
            Outcome.FAILED,
            f"{spec.metric} is {written[:80]!r}, which is not a finite number.",
        )
    return _compare(spec, value)


def _compare(spec: MetricThreshold, value: float) -> CheckResult:
    # Written so that nothing passes by a comparison that is false for odd numbers.
    high_enough = spec.at_least is None or value >= spec.at_least
    low_enough = spec.at_most is None or value <= spec.at_most
    outcome = Outcome.PASSED if high_enough and low_enough else Outcome.FAILED
    word = "is within" if outcome is Outcome.PASSED else "is outside"
    return _answer(spec, value, outcome, f"{spec.metric} {value:g} {word} {_bounds(spec)}.")


def _bounds(spec: MetricThreshold) -> str:
    bounds = []
    if spec.at_least is not None:
        bounds.append(f"at least {spec.at_least:g}")
    if spec.at_most is not None:
        bounds.append(f"at most {spec.at_most:g}")
    return " and ".join(bounds)


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _answer(
    spec: MetricThreshold,
    value: float | str | None,
    outcome: Outcome,
    summary: str,
) -> CheckResult:
    evidence = {
        "metric": spec.metric,
        "read_from": spec.read_from,
        "value": value,
        "at_least": spec.at_least,
        "at_most": spec.at_most,
    }
    return CheckResult(
        name=f"metric_threshold:{spec.metric}",
        outcome=outcome,
        summary=summary,
        evidence=evidence,
    )
