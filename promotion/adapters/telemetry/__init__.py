"""Spans and metrics for whoever collects them; without a collector the interface does nothing.

What collects is the platform's (`telemetryMode: OpenTelemetry` in host.json and
PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: the worker sets it up) or an own one (`collector`). It is
imported where telemetry is on: triggers of an app without it do not load it.
"""

from promotion.adapters.telemetry.metrics import MetricsChannel
from promotion.adapters.telemetry.spans import carried, span, traced

__all__ = ["MetricsChannel", "carried", "span", "traced"]
