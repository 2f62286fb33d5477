"""Spans around the functions, where telemetry is on; nothing is imported where it is not."""

import contextlib
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from promotion.ports import Registries, World
    from promotion.settings import Settings

#: What a copy consists of; the adapter's own spans show what is inside of them.
_SHOWN: Final = frozenset({"describe", "versions", "read_manifest", "transfer", "create"})


@contextlib.contextmanager
def stepping(
    settings: "Settings", name: str, *, parent: str = "", links: tuple[str, ...] = (), **fields: str
) -> Iterator[str]:
    """Work inside a span; give its traceparent, for what follows from it.

    Args:
        settings: say whether there is telemetry.
        name: of the span.
        parent: the traceparent that it goes on from; without it, from the platform's invocation.
        links: traceparents that it points at.
        fields: attributes, each under `promotion.`.

    Without telemetry, what follows goes on from `parent`.
    """
    if not settings.telemetry:
        yield parent
        return
    from promotion.adapters.telemetry import carried, span

    if settings.own_collector:
        _collect()
    with span(name, parent=parent, links=links, **fields):
        yield carried() or parent


@contextlib.contextmanager
def working(
    settings: "Settings", world: "World", name: str, request_id: str, *, parent: str
) -> Iterator[None]:
    """Work inside a span for a message, which goes on from `parent`: the span of the step that sent it.

    What opened the request is pointed at by a link, not gone on from: people may have taken days.
    """
    opened = _opened(world, request_id) if settings.telemetry else ""
    with stepping(settings, name, parent=parent, links=(opened,), request=request_id):
        yield


def watched(settings: "Settings", registries: "Registries") -> "Registries":
    """Return the registries, with spans around what a copy consists of."""
    if not settings.telemetry:
        return registries
    from promotion.adapters.telemetry import traced

    return traced(registries, "registries", _SHOWN)


def _opened(world: "World", request_id: str) -> str:
    from promotion.domain.errors import PromotionError

    try:
        return world.requests.get(request_id).request.trace
    except PromotionError:
        # What cannot be read is told by the work itself.
        return ""


@functools.cache
def _collect() -> None:
    # Once a process. Where Application Insights collects, the worker has set it up already.
    from promotion.adapters.telemetry.collector import collect

    collect()
