"""Spans and metrics through opentelemetry-api. Knows names and numbers, no exporter.

What collects them is the platform's: with `telemetryMode: OpenTelemetry` in host.json and
PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY the worker sets up providers. Without, the interface does
nothing. It is imported where it is used: triggers that tell nothing do not load it.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from opentelemetry import metrics, propagate, trace
from opentelemetry.trace import Link, SpanKind

from promotion.domain.facts import Fact, FactType
from promotion.domain.request import Request

_NAME: Final = "promotion"
_SECONDS: Final = "s"


def carried() -> str:
    """Return the W3C traceparent of the present span, for a message; empty outside of any."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent", "")


@contextlib.contextmanager
def span(
    name: str, *, parent: str = "", links: tuple[str, ...] = (), **fields: str
) -> Iterator[None]:
    """Work inside a span that goes on from `parent` and points at `links`, all W3C traceparents.

    A human wait has no parent: it lasts for days. What comes after it points back with a link.
    """
    context = propagate.extract({"traceparent": parent}) if parent else None
    tracer = trace.get_tracer(_NAME)
    with tracer.start_as_current_span(
        name,
        context=context,
        kind=SpanKind.CONSUMER,
        links=[link for each in links if (link := _link(each))],
        attributes={f"promotion.{key}": value for key, value in fields.items()},
    ):
        yield


class MetricsChannel:
    """A channel that counts: every fact once told, repetitions after a crash twice, as counters bear."""

    name = "metrics"

    def __init__(self, now: dt.datetime | None = None) -> None:
        """Count against this time, or against the time of each call."""
        self._now = now

    def deliver(self, request: Request, fact: Fact) -> None:
        """Count one fact."""
        fields = {"route": request.route}
        self._lag.record((self._moment() - fact.at).total_seconds(), fields)
        match fact.type:
            case FactType.REQUEST_REFUSED:
                for name in _failed(fact.data):
                    self._refusals.add(1, {**fields, "check": name})
            case FactType.APPROVAL_REQUESTED | FactType.APPROVAL_REMINDED:
                self._age.record((fact.at - request.created_at).total_seconds(), fields)
            case FactType.REQUEST_APPROVED | FactType.REQUEST_REJECTED:
                seconds = (fact.at - request.created_at).total_seconds()
                self._decided.record(seconds, {**fields, "outcome": fact.after})
            case _ if fact.type.endswith(".promoted"):
                self._copies.add(1, fields)
                self._bytes.add(int(fact.data.get("bytes", 0)), fields)
            case _:
                pass

    def _moment(self) -> dt.datetime:
        return self._now or dt.datetime.now(dt.UTC)

    @cached_property
    def _meter(self) -> metrics.Meter:
        return metrics.get_meter(_NAME)

    @cached_property
    def _lag(self) -> metrics.Histogram:
        return self._meter.create_histogram("promotion.outbox.lag", _SECONDS)

    @cached_property
    def _age(self) -> metrics.Histogram:
        return self._meter.create_histogram("promotion.pending.age", _SECONDS)

    @cached_property
    def _decided(self) -> metrics.Histogram:
        return self._meter.create_histogram("promotion.decision.time", _SECONDS)

    @cached_property
    def _refusals(self) -> metrics.Counter:
        return self._meter.create_counter("promotion.refusals", "{refusal}")

    @cached_property
    def _copies(self) -> metrics.Counter:
        return self._meter.create_counter("promotion.copies", "{copy}")

    @cached_property
    def _bytes(self) -> metrics.Counter:
        return self._meter.create_counter("promotion.copied", "By")


def _failed(data: dict[str, Any]) -> list[str]:
    # Refused without a check: the asset could not be judged at all.
    checks = data.get("checks") or ()
    return [each["name"] for each in checks if each["outcome"] != "passed"] or ["none"]


def _link(traceparent: str) -> Link | None:
    context = trace.get_current_span(propagate.extract({"traceparent": traceparent}))
    found = context.get_span_context()
    return Link(found) if found.is_valid else None
