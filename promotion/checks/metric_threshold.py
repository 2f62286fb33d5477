"""Check: a metric of the asset lies within the policy's bounds."""

from promotion.checks.answers import answer
from promotion.checks.metrics import Reading, Subject, Where, read_metric
from promotion.domain.policy import MetricThreshold
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot


def run(spec: MetricThreshold, snapshot: Snapshot) -> CheckResult:
    """Pass when the metric is a finite number within the bounds, a bound itself included."""
    where = Where(metric=spec.metric, read_from=spec.read_from, file=spec.file)
    asset = snapshot.asset
    subject = Subject(tags=asset.tags, properties=asset.properties, files=snapshot.files)
    found = read_metric(where, subject)
    if found.value is None:
        problem = f"{found.problem} Write the metric there and register a new version."
        return _answer(spec, found, ok=False, summary=problem)
    ok = _within(spec, found.value)
    wanted = f"the policy asks for {_bounds(spec)}"
    summary = (
        f"{spec.metric} is {found.value:g}, and {wanted}."
        if ok
        else f"{spec.metric} is {found.value:g}, but {wanted}. Register a version that reaches it."
    )
    return _answer(spec, found, ok=ok, summary=summary)


def _within(spec: MetricThreshold, value: float) -> bool:
    # Written so that nothing passes by a comparison that is false for odd numbers.
    high_enough = spec.at_least is None or value >= spec.at_least
    low_enough = spec.at_most is None or value <= spec.at_most
    return high_enough and low_enough


def _bounds(spec: MetricThreshold) -> str:
    bounds = []
    if spec.at_least is not None:
        bounds.append(f"at least {spec.at_least:g}")
    if spec.at_most is not None:
        bounds.append(f"at most {spec.at_most:g}")
    return " and ".join(bounds)


def _answer(spec: MetricThreshold, found: Reading, *, ok: bool, summary: str) -> CheckResult:
    evidence = {
        "metric": spec.metric,
        "read_from": spec.read_from,
        "place": found.place,
        "value": found.written if found.value is None else found.value,
        "at_least": spec.at_least,
        "at_most": spec.at_most,
    }
    return answer(spec, ok=ok, summary=summary, evidence=evidence)
