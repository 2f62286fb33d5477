"""Sends spans and metrics to an OpenTelemetry collector of one's own, over OTLP and HTTP.

Where it is, how often and with which headers: OpenTelemetry's own settings, OTEL_EXPORTER_OTLP_ENDPOINT
foremost. What is left is sent when the process ends.
"""

from typing import Final

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

#: What the app is called, unless OTEL_SERVICE_NAME says otherwise.
_SERVICE: Final = "azureml-promotion"


def collect() -> None:
    """Have everything that is told from now on sent; once a process."""
    resource = Resource({SERVICE_NAME: _SERVICE}).merge(OTELResourceDetector().detect())
    spans = TracerProvider(resource=resource)
    spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(spans)
    reader = PeriodicExportingMetricReader(OTLPMetricExporter())
    metrics.set_meter_provider(MeterProvider(metric_readers=[reader], resource=resource))
