"""The machine's clock."""

import datetime as dt


class SystemClock:
    """The time as the operating system tells it."""

    def now(self) -> dt.datetime:
        """Return the present time in UTC."""
        return dt.datetime.now(dt.UTC)
