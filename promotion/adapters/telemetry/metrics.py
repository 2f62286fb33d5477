"""Metrics through opentelemetry-api, counted by a channel like any other. Knows names and numbers, no exporter."""

import datetime as dt
from functools import cached_property
from typing import Any, Final

from opentelemetry import metrics

from promotion.domain.facts import Fact, FactType
from promotion.domain.request import Request

_NAME: Final = "promotion"
_SECONDS: Final = "s"


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
