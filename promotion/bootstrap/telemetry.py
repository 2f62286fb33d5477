"""Spans around the queue functions, where telemetry is on; nothing is imported where it is not."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from promotion.settings import Settings

if TYPE_CHECKING:
    from promotion.ports import World


@contextlib.contextmanager
def working(
    settings: Settings, world: "World", name: str, request_id: str, *, parent: str
) -> Iterator[None]:
    """Work inside a span for a message.

    Args:
        settings: say whether there is telemetry.
        world: has the request, whose own trace the span points at.
        name: of the span.
        request_id: which request the message names.
        parent: the traceparent that the message carried, of the step before.

    What opened the request is pointed at by a link, not gone on from: people may have taken days.
    """
    if not settings.telemetry:
        yield
        return
    from promotion.adapters.telemetry import span
    from promotion.domain.errors import PromotionError

    opened = ""
    with contextlib.suppress(PromotionError):
        # What cannot be read is told by the work itself.
        opened = world.requests.get(request_id).request.trace
    with span(name, parent=parent, links=(opened,), request=request_id):
        yield
