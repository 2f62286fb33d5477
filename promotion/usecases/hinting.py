"""Send a hint, and leave it to the sweep when that fails: what happened is stored already."""

import datetime as dt
import logging
from typing import Final

from promotion.domain.errors import RetryableError
from promotion.ports import Queue, World

_log = logging.getLogger(__name__)

_AT_ONCE: Final = dt.timedelta(0)


def hint(world: World, queue: Queue, request_id: str, *, delay: dt.timedelta = _AT_ONCE) -> None:
    """Ask a queue function to look at a request; a queue that is down costs latency, nothing else."""
    try:
        world.hints.send(queue, request_id, delay=delay)
    except RetryableError as error:
        fields = {"request_id": request_id, "queue": queue.value, "reason": str(error)}
        _log.warning("hint not sent; the sweep will find the request", extra=fields)
