"""What a hint's worker does when a service asks to be left alone for a while: come back then, not at once.

The queue tries again within seconds and gives up after five tries. A service that throttles for minutes would
be asked all the harder, and every request on its way be reported as given up.
"""

import contextlib
import datetime as dt
import logging
from collections.abc import Iterator
from typing import Final

from promotion.domain.errors import RetryableError
from promotion.ports import Queue, World
from promotion.usecases.hinting import hint

_log = logging.getLogger(__name__)

#: Shorter pauses are the queue's own (host.json, visibilityTimeout).
_SHORT: Final = dt.timedelta(seconds=10)


@contextlib.contextmanager
def respected(world: World, queue: Queue, request_id: str) -> Iterator[None]:
    """End the work without an error when it is to go on later, and ask for that.

    Raises:
        RetryableError: the work stopped for another reason, or for a moment.
    """
    try:
        yield
    except RetryableError as error:
        if error.after is None or error.after <= _SHORT:
            raise
        fields = {
            "request_id": request_id,
            "reason": error.problem,
            "seconds": error.after.total_seconds(),
        }
        _log.warning("a service asked to be left alone", extra=fields)
        hint(world, queue, request_id, delay=error.after)
