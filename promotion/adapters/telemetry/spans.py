"""Spans through opentelemetry-api. Knows no exporter and no function of the app."""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any, Final, cast

from opentelemetry import propagate, trace
from opentelemetry.trace import Link, SpanKind

_NAME: Final = "promotion"


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

    A human wait has no parent: it lasts for days. What comes after it points back with a link. A span that
    goes on from elsewhere points at the one it stands in, too: the platform's own, of the invocation. That
    one is what dashboards count as a request; ours is internal.
    """
    context = propagate.extract({"traceparent": parent}) if parent else None
    around = (carried(),) if parent else ()
    with trace.get_tracer(_NAME).start_as_current_span(
        name,
        context=context,
        kind=SpanKind.INTERNAL,
        links=[link for each in (*links, *around) if (link := _link(each))],
        attributes={f"promotion.{key}": value for key, value in fields.items()},
    ):
        yield


def traced[T](port: T, name: str, calls: frozenset[str]) -> T:
    """Return the port with a span `{name}.{call}` around each of the calls."""
    return cast("T", _Traced(port, name, calls))


class _Traced:
    """Stands before a port; everything but the calls goes through untouched."""

    def __init__(self, port: object, name: str, calls: frozenset[str]) -> None:
        self._port = port
        self._name = name
        self._calls = calls

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever the port has
        found = getattr(self._port, name)
        return self._spanned(name, found) if name in self._calls else found

    def _spanned(self, name: str, call: Any) -> Any:  # noqa: ANN401 -- as above
        @functools.wraps(call)
        def within(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 -- as above
            tracer = trace.get_tracer(_NAME)
            with tracer.start_as_current_span(f"{self._name}.{name}", kind=SpanKind.CLIENT):
                return call(*arguments, **options)

        return within


def _link(traceparent: str) -> Link | None:
    context = trace.get_current_span(propagate.extract({"traceparent": traceparent}))
    found = context.get_span_context()
    return Link(found) if found.is_valid else None
