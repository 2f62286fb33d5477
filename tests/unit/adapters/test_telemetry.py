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
from opentelemetry.trace import StatusCode

from promotion.adapters.telemetry import MetricsChannel, carried, span
from promotion.bootstrap.telemetry import stepping, watched, working
from promotion.domain.errors import NotFoundError
from promotion.domain.request import Request
from promotion.settings import Settings, StorageSettings
from tests import trails
from tests.building import Stage, model

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


def test_what_goes_on_from_elsewhere_points_at_the_platforms_span(
    spans: InMemorySpanExporter,
) -> None:
    with span("invocation"), span("validate", parent=OPENED):
        pass

    around, found = one(spans, "invocation"), one(spans, "validate")
    assert around.context is not None
    assert [link.context.span_id for link in found.links] == [around.context.span_id]


def test_a_step_gives_its_own_span_to_what_follows(spans: InMemorySpanExporter) -> None:
    with stepping(settings(telemetry_on=True), "receive", parent=OPENED) as told:
        pass

    found = one(spans, "receive")
    assert found.context is not None
    assert told.split("-")[1:3] == [
        trace.format_trace_id(found.context.trace_id),
        trace.format_span_id(found.context.span_id),
    ]
    assert told.split("-")[1] == "a" * 32


def test_without_telemetry_what_follows_goes_on_from_before() -> None:
    with stepping(settings(telemetry_on=False), "receive", parent=OPENED) as told:
        pass

    assert told == OPENED


def test_the_steps_of_a_copy_are_spans_and_nothing_else_of_the_port_is_changed(
    spans: InMemorySpanExporter,
) -> None:
    stage = trails.stage()
    asset = stage.register()
    registries = watched(settings(telemetry_on=True), stage.registries)

    with span("promote"):
        registries.describe(asset)
        names = list(registries.names(asset.home, asset.kind))  # type: ignore[arg-type]  # a registry

    outer, inner = one(spans, "promote"), one(spans, "registries.describe")
    assert outer.context is not None
    assert inner.parent is not None
    assert inner.parent.span_id == outer.context.span_id
    assert [each.name for each in names] == [asset.name]
    assert len(spans.get_finished_spans()) == 2


def test_a_step_that_fails_is_told_as_failed(spans: InMemorySpanExporter) -> None:
    stage = trails.stage()
    registries = watched(settings(telemetry_on=True), stage.registries)

    with pytest.raises(NotFoundError):
        registries.describe(model("absent"))

    assert one(spans, "registries.describe").status.status_code is StatusCode.ERROR


def test_without_telemetry_the_registries_are_the_registries() -> None:
    stage = trails.stage()

    assert watched(settings(telemetry_on=False), stage.registries) is stage.registries


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
