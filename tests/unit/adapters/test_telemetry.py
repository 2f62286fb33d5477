"""Spans and metrics as a collector sees them: carried in messages, linked over the human wait, counted."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from promotion.adapters.telemetry import MetricsChannel, carried, span
from promotion.bootstrap.telemetry import working
from promotion.domain.request import Request
from promotion.settings import Settings, StorageSettings
from tests import trails
from tests.building import Stage

OPENED = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryMetricReader]:
    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader])
    monkeypatch.setattr(metrics, "get_meter", provider.get_meter)
    yield reader
    provider.shutdown()


def one(spans: InMemorySpanExporter, name: str) -> ReadableSpan:
    (found,) = [each for each in spans.get_finished_spans() if each.name == name]
    return found


def test_a_message_carries_the_span_that_sent_it(spans: InMemorySpanExporter) -> None:
    with span("validate"):
        message = carried()
    with span("deliver", parent=message):
        pass

    sent, taken = one(spans, "validate"), one(spans, "deliver")
    assert taken.parent is not None
    assert sent.context is not None
    assert taken.parent.span_id == sent.context.span_id
    assert taken.context is not None
    assert taken.context.trace_id == sent.context.trace_id


def test_outside_of_any_span_nothing_is_carried() -> None:
    assert carried() == ""


def test_the_way_back_over_the_human_wait_is_a_link(spans: InMemorySpanExporter) -> None:
    with span("promote", links=(OPENED, "", "nonsense")):
        pass

    (link,) = one(spans, "promote").links
    assert trace.format_trace_id(link.context.trace_id) == "a" * 32


def settings(*, telemetry_on: bool) -> Settings:
    storage = StorageSettings(connection_string="UseDevelopmentStorage=true")
    return Settings(
        storage=storage, policy_file="", public_url="https://x.example", telemetry=telemetry_on
    )


def test_work_on_a_message_is_a_span_of_the_step_before(spans: InMemorySpanExporter) -> None:
    stage = trails.stage()
    request = trails.pending(stage)
    with working(settings(telemetry_on=True), stage.world, "validate", request.id, parent=OPENED):
        pass

    found = one(spans, "validate")
    assert found.parent is not None
    assert trace.format_trace_id(found.parent.trace_id) == "a" * 32
    assert dict(found.attributes or {}) == {"promotion.request": request.id}


def test_without_telemetry_there_is_no_span(spans: InMemorySpanExporter) -> None:
    stage = trails.stage()
    with working(settings(telemetry_on=False), stage.world, "validate", "x", parent=OPENED):
        pass

    assert spans.get_finished_spans() == ()


def told(reader: InMemoryMetricReader, stage: Stage, request: Request) -> dict[str, Any]:
    """Tell a request's facts; return each metric's points."""
    channel = MetricsChannel(now=stage.clock.now() + dt.timedelta(seconds=5))
    for fact in stage.requests.facts(request.id):
        channel.deliver(stage.requests.get(request.id).request, fact)
    data: Any = reader.get_metrics_data()
    return {
        metric.name: list(metric.data.data_points)
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


def test_a_promotion_is_counted_with_its_bytes_and_times(reader: InMemoryMetricReader) -> None:
    stage = trails.stage()
    request = trails.promoted(stage)

    found = told(reader, stage, request)

    assert found["promotion.copies"][0].value == 1
    assert found["promotion.copied"][0].value == request.size
    # Asked for, validated a second later, decided on three times a second apart.
    assert found["promotion.decision.time"][0].sum == 4
    assert found["promotion.decision.time"][0].attributes["outcome"] == "approved"
    assert found["promotion.pending.age"][0].sum == 1
    assert found["promotion.outbox.lag"][0].count == request.revision
    assert found["promotion.outbox.lag"][0].min == 5


def test_a_refusal_is_counted_by_its_checks(reader: InMemoryMetricReader) -> None:
    stage = trails.stage()
    trails.later(stage)
    request = trails.pending(stage, "not-a-version")
    assert request.state.value == "refused"

    found = told(reader, stage, request)

    assert [point.attributes["check"] for point in found["promotion.refusals"]] == ["version_rule"]
