"""The time."""

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """The time."""

    def now(self) -> dt.datetime:
        """Return the present time, aware, in UTC."""
        ...
