"""An OpenTelemetry collector on loopback: takes spans and metrics over OTLP and keeps them."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.serving import serving


@dataclass(frozen=True)
class Span:
    """What a collector is told of a span; ids in hexadecimal."""

    name: str
    trace: str
    id: str
    parent: str
    #: Trace ids of what it points at.
    links: frozenset[str]
    attributes: dict[str, str]


@dataclass
class Collector:
    """Everything that came."""

    url: str = ""
    spans: list[Span] = field(default_factory=list)
    #: Name -> the largest sum or count that was told.
    metrics: dict[str, float] = field(default_factory=dict)

    def named(self, name: str) -> list[Span]:
        """Return the spans of a name."""
        return [each for each in list(self.spans) if each.name == name]

    def ancestors(self, span: Span) -> list[str]:
        """Return the names of the spans around a span, the nearest first."""
        known = {each.id: each for each in list(self.spans)}
        found: list[str] = []
        while (above := known.get(span.parent)) is not None:
            found.append(above.name)
            span = above
        return found

    def wait(self, ready: Callable[[], bool], seconds: float = 30) -> bool:
        """Wait until something has come; return whether it has."""
        until = time.monotonic() + seconds
        while not ready() and time.monotonic() < until:
            time.sleep(0.1)
        return ready()

    def take_spans(self, body: bytes) -> None:
        """Keep the spans of a request."""
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans += [
                    Span(
                        name=each.name,
                        trace=each.trace_id.hex(),
                        id=each.span_id.hex(),
                        parent=each.parent_span_id.hex(),
                        links=frozenset(link.trace_id.hex() for link in each.links),
                        attributes={pair.key: pair.value.string_value for pair in each.attributes},
                    )
                    for each in scope.spans
                ]

    def take_metrics(self, body: bytes) -> None:
        """Keep the sums of a request."""
        for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    points = [
                        *(point.as_int or point.as_double for point in metric.sum.data_points),
                        *(point.count for point in metric.histogram.data_points),
                    ]
                    told = max(points, default=0)
                    self.metrics[metric.name] = max(self.metrics.get(metric.name, 0), told)


@contextlib.contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port, stopped at the end."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            take = {"/v1/traces": collector.take_spans, "/v1/metrics": collector.take_metrics}
            take[self.path](body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    with serving(server):
        yield collector
