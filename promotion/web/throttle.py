"""How often one identity may write: a token bucket each. Knows no call and no clock of its own.

The buckets are this process's own: with several instances the allowance is per instance. They keep one
identity's runaway script from crowding out the others; they are not what protects the platform.
"""

import datetime as dt
import math
import threading
from collections import OrderedDict
from typing import Final

import msgspec

from promotion.web.problems import TOO_MANY, HttpError

#: Identities remembered; the one that wrote longest ago is forgotten first.
_REMEMBERED: Final = 10_000


class _Bucket(msgspec.Struct, frozen=True):
    tokens: float
    at: dt.datetime


class Throttle:
    """Counts writes per identity."""

    def __init__(self, *, burst: int, per_second: float) -> None:
        """Allow `burst` writes at once and `per_second` from then on."""
        self._burst: Final = float(burst)
        self._rate: Final = per_second
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, identity: str, now: dt.datetime) -> None:
        """Count one write.

        Raises:
            HttpError: 429 with `Retry-After`, when the identity has used up what it may.
        """
        with self._lock:
            tokens = self._tokens(identity, now)
            if tokens >= 1:
                self._buckets[identity] = _Bucket(tokens - 1, now)
                self._buckets.move_to_end(identity)
                self._forget()
                return
        wait = max(1, math.ceil((1 - tokens) / self._rate))
        raise HttpError(
            TOO_MANY,
            "You have written more often than one identity may.",
            f"Wait {wait} seconds.",
            headers={"Retry-After": str(wait)},
        )

    def _tokens(self, identity: str, now: dt.datetime) -> float:
        bucket = self._buckets.get(identity)
        if bucket is None:
            return self._burst
        # A clock that was set back must not take tokens away.
        gained = max((now - bucket.at).total_seconds(), 0.0) * self._rate
        return min(bucket.tokens + gained, self._burst)

    def _forget(self) -> None:
        while len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
