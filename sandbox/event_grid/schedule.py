"""When an event is delivered again, and when that ends. Pure; knows neither webhooks nor storage.

Source: Microsoft's article `delivery-and-retry` (retry schedule, retry policy).
"""

import datetime as dt
from typing import Final

_STEPS: Final = (10, 30, 60, 300, 600, 1800, 3600, 10800, 21600)
_LAST_STEP: Final = 43200

#: Answers after which a webhook's event is not sent again: sending it again cannot help.
NOT_RETRIED: Final = frozenset({400, 401, 403, 413})
#: Answers that acknowledge an event; any other one, 202 to 204 apart, is a failure.
ACKNOWLEDGED: Final = range(200, 205)


def wait_after(attempts: int, scale: float) -> dt.timedelta:
    """Return the pause after the given number of failed attempts (one or more)."""
    step = _STEPS[attempts - 1] if attempts <= len(_STEPS) else _LAST_STEP
    return dt.timedelta(seconds=step * scale)


def time_to_live(minutes: int, scale: float) -> dt.timedelta:
    """Return how long after its publication an event is still tried."""
    return dt.timedelta(minutes=minutes * scale)
