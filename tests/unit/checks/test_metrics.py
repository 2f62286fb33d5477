"""Metrics: where they are read, what counts as a number, and bounds."""

from typing import Any

import pytest

from promotion.checks import metric_threshold
from promotion.domain.policy import MetricThreshold
from promotion.domain.results import CheckResult, Outcome
from tests.looking import snapshot

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED


def threshold(written: str, **bounds: Any) -> CheckResult:  # noqa: ANN401 -- fields of the entry
    return metric_threshold.run(
        MetricThreshold(metric="r2", **bounds),
        snapshot(tags={"r2": written}),
    )


@pytest.mark.parametrize(
    ("written", "bounds", "outcome"),
    [
        ("0.8", {"at_least": 0.8}, PASSED),
        ("0.8", {"at_most": 0.8}, PASSED),
        ("0.79", {"at_least": 0.8}, FAILED),
        ("0.9", {"at_least": 0.8, "at_most": 0.85}, FAILED),
        (" 0.9 ", {"at_least": 0.8}, PASSED),
        ("+9e-1", {"at_least": 0.8}, PASSED),
        (".9", {"at_least": 0.8}, PASSED),
    ],
)
def test_bounds_are_within(written: str, bounds: dict[str, float], outcome: Outcome) -> None:
    assert threshold(written, **bounds).outcome is outcome


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("0.9", "r2 is 0.9, and the policy asks for at least 0.8."),
        (
            "0.6",
            "r2 is 0.6, but the policy asks for at least 0.8. Register a version that reaches it.",
        ),
    ],
)
def test_value_and_bounds_are_told_with_what_to_do(written: str, told: str) -> None:
    assert threshold(written, at_least=0.8).summary == told


@pytest.mark.parametrize(
    "written",
    [
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "1e999",
        "",
        "0,93",
        "1_0",
        "0x1p3",
        "\u0660.\u0669",
        "9 9",
    ],
)
def test_what_is_no_finite_number_fails(written: str) -> None:
    result = threshold(written, at_least=-1e308)

    assert result.outcome is FAILED
    assert "Write the metric there" in result.summary


def test_a_missing_metric_says_where_it_was_looked_for() -> None:
    result = metric_threshold.run(
        MetricThreshold(metric="rmse", at_most=4, read_from="properties"), snapshot()
    )

    assert "no metric 'rmse' in properties" in result.summary


@pytest.mark.parametrize(
    ("source", "files", "place"),
    [
        ({"read_from": "mlmodel"}, {"MLmodel": b"metrics: {rmse: 3}"}, "MLmodel: metrics"),
        (
            {"read_from": "mlmodel"},
            {"m/MLmodel": b"metadata: {rmse: '3.0'}"},
            "m/MLmodel: metadata",
        ),
        (
            {"read_from": "mlmodel"},
            {"MLmodel": b"metadata:\n  metrics:\n    rmse: 3.0"},
            "MLmodel: metadata.metrics",
        ),
        (
            {"read_from": "file", "file": "metrics.json"},
            {"metrics.json": b'{"rmse": 3.0}'},
            "metrics.json",
        ),
        (
            {"read_from": "file", "file": "m.yaml"},
            {"m.yaml": b"metrics: {rmse: 3}"},
            "m.yaml: metrics",
        ),
        (
            {"read_from": "file", "file": "metrics/rmse"},
            {"metrics/rmse": b"1700000000000 9.5 0\n1700000000009 3.0 10\n1700000000005 8 2\n"},
            "metrics/rmse",
        ),
    ],
)
def test_metrics_are_read_from_files(
    source: dict[str, str], files: dict[str, bytes], place: str
) -> None:
    spec = MetricThreshold(metric="rmse", at_most=3.0, **source)  # type: ignore[arg-type] # a literal

    result = metric_threshold.run(spec, snapshot(files))

    assert result.outcome is PASSED
    assert (result.evidence["value"], result.evidence["place"]) == (3.0, place)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"x": b""}, "no MLmodel file"),
        ({"a/MLmodel": b"", "b/MLmodel": b""}, "several MLmodel files"),
        ({"MLmodel": b"- a list"}, "no mapping"),
        ({"MLmodel": b"a: [1"}, "cannot be read"),
        ({"MLmodel": b"[" * 100_000}, "cannot be read"),
        ({"MLmodel": b"a: !!python/object/apply:os.system [x]"}, "cannot be read"),
        ({"MLmodel": b"#" * (5 * 1024 * 1024)}, "more than"),
        ({"MLmodel": b"metrics: {r2: 1}"}, "no metric 'rmse' in MLmodel"),
        ({"MLmodel": b"metrics: {rmse: .nan}"}, "not a finite number"),
        ({"MLmodel": b"metrics: {rmse: [1]}"}, "not a finite number"),
        ({"MLmodel": b"metrics: {rmse: true}"}, "not a finite number"),
    ],
)
def test_files_that_tell_no_metric_fail_with_a_reason(files: dict[str, bytes], why: str) -> None:
    spec = MetricThreshold(metric="rmse", at_most=3.0, read_from="mlmodel")

    result = metric_threshold.run(spec, snapshot(files))

    assert result.outcome is FAILED
    assert why in result.summary


def test_a_metrics_file_that_is_not_there_is_named() -> None:
    spec = MetricThreshold(metric="rmse", at_most=3.0, read_from="file", file="metrics.json")

    assert "no file 'metrics.json'" in metric_threshold.run(spec, snapshot()).summary


def test_an_empty_run_file_has_no_metric() -> None:
    spec = MetricThreshold(metric="rmse", at_most=3.0, read_from="file", file="metrics/rmse")

    result = metric_threshold.run(spec, snapshot({"metrics/rmse": b"\n"}))

    assert "no metric 'rmse' in metrics/rmse" in result.summary
