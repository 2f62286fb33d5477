"""What a hint's worker does when another one was faster: nothing, as the other one does it."""

import contextlib
import logging
from collections.abc import Iterator

from promotion.domain.errors import StaleError

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def tolerated(request_id: str) -> Iterator[None]:
    """Take a lost race for the end of the work: the note beside the request has the sweep look again.

    For hints alone: a person whose decision lost a race must be told.
    """
    try:
        yield
    except StaleError as error:
        _log.info("overtaken", extra={"request_id": request_id, "reason": error.problem})
