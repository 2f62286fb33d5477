"""NCRONTAB schedules: six fields, seconds first, in UTC. Must not know timers or functions."""

import datetime as dt
import re
from typing import Final, Self

from croniter import CroniterError, croniter

_FIELDS: Final = 6
#: What NCRONTAB knows; croniter would take more (`L`, `#`, `R`, nicknames), Azure refuses it.
_FIELD: Final = re.compile(r"[\dA-Za-z*,/-]+")
_NAMES: Final = re.compile(r"[A-Za-z]+")
_SHORT: Final = frozenset(
    [
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
        "sun",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
    ],
)
_LONG: Final = re.compile(
    "january|february|march|april|june|july|august|september|october|november|december"
    "|sunday|monday|tuesday|wednesday|thursday|friday|saturday",
)
#: cron takes 7 for Sunday, NCRONTAB does not; behind a slash it is a step.
_SEVENTH_DAY: Final = re.compile(r"(?<![\d/])7")
_MINUTE: Final = dt.timedelta(minutes=1)
_LOOKS: Final = 5


class Schedule:
    """The times a timer runs at."""

    def __init__(self, expression: str) -> None:
        self.expression = expression

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the schedule of an NCRONTAB expression.

        `day` and `day of week` must both match, other than in cron.

        Raises:
            ValueError: it is not one, or it never happens; the message says why.
        """
        fields = text.split()
        if len(fields) != _FIELDS:
            raise ValueError(
                f"schedule {text!r} has {len(fields)} fields, and must have six: "
                "second minute hour day month day-of-week",
            )
        if _SEVENTH_DAY.search(fields[-1]):
            raise ValueError(f"schedule {text!r}: the days of the week are 0 (Sunday) to 6")
        schedule = cls(" ".join(_short_names(field, text) for field in fields))
        try:
            schedule.next_after(dt.datetime.now(dt.UTC))
        except (CroniterError, ValueError, KeyError) as error:
            raise ValueError(f"schedule {text!r}: {error}") from error
        return schedule

    def next_after(self, moment: dt.datetime) -> dt.datetime:
        """Return the first time after `moment`."""
        times = croniter(self.expression, moment, second_at_beginning=True, day_or=False)
        following: dt.datetime = times.get_next(dt.datetime)
        return following

    @property
    def is_monitored(self) -> bool:
        """Whether missed runs are made up for: not when it runs more than once a minute."""
        moment = dt.datetime.now(dt.UTC)
        for _ in range(_LOOKS):
            following = self.next_after(moment)
            after = self.next_after(following)
            if after - following < _MINUTE:
                return False
            moment = following
        return True


def _short_names(field: str, text: str) -> str:
    lower = _LONG.sub(lambda found: found[0][:3], field.lower())
    unknown = [name for name in _NAMES.findall(lower) if name not in _SHORT]
    if _FIELD.fullmatch(field) is None or unknown:
        raise ValueError(f"schedule {text!r}: cannot read the field {field!r}")
    return lower
