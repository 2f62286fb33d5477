"""Keeps calls of one process apart, so that a service with a rate limit need not refuse them."""

import datetime as dt
import threading
import time
from typing import Final

from promotion.domain.errors import RetryableError

#: Seconds that a worker's thread may be held up; beyond that the queue waits better.
_PATIENCE: Final = 5.0


class Pace:
    """Lets calls through one after the other, at most so many a second. Other instances do not count."""

    def __init__(self, *, per_second: float) -> None:
        """Let that many calls through each second."""
        self._interval = 1.0 / per_second
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the caller may go on.

        Raises:
            RetryableError: too many wait already.
        """
        pause = self._reserve(time.monotonic())
        if pause > _PATIENCE:
            raise RetryableError(
                "Too many messages wait to be sent.",
                after=dt.timedelta(seconds=pause),
            )
        time.sleep(pause)

    def _reserve(self, now: float) -> float:
        with self._lock:
            pause = max(0.0, self._next - now)
            if pause <= _PATIENCE:
                self._next = max(now, self._next) + self._interval
            return pause
