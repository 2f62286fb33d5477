"""When people who have not decided are reminded, when others are asked, when it is over. Pure."""

import datetime as dt
from enum import StrEnum

import msgspec

from promotion.domain.policy import Route


class Bell(StrEnum):
    """What a pending request's time has come for."""

    NOTHING = "nothing"
    REMIND = "remind"
    ESCALATE = "escalate"
    EXPIRE = "expire"


class Timers(msgspec.Struct, frozen=True, kw_only=True):
    """The times of one pending request, fixed when people were asked."""

    expires_at: dt.datetime
    remind_every: dt.timedelta | None = None
    remind_at: dt.datetime | None = None
    #: None when there is nobody to escalate to, or once it has been done.
    escalate_at: dt.datetime | None = None
    #: App roles that may decide as well from then on.
    escalate_to: tuple[str, ...] = ()

    @property
    def next(self) -> dt.datetime:
        """The next time at which something happens."""
        times = (self.expires_at, self.remind_at, self.escalate_at)
        return min(time for time in times if time is not None)

    def ringing(self, now: dt.datetime) -> Bell:
        """Return what the time has come for; the gravest of several."""
        if self.expires_at <= now:
            return Bell.EXPIRE
        if self.escalate_at is not None and self.escalate_at <= now:
            return Bell.ESCALATE
        if self.remind_at is not None and self.remind_at <= now:
            return Bell.REMIND
        return Bell.NOTHING

    def reminded(self, now: dt.datetime) -> "Timers":
        """Return the timers after a reminder: the next one counts from now, missed ones are not made up."""
        following = now + self.remind_every if self.remind_every else None
        return msgspec.structs.replace(self, remind_at=following)

    def escalated(self) -> "Timers":
        """Return the timers after the escalation: there is one."""
        return msgspec.structs.replace(self, escalate_at=None)


def start_timers(route: Route, now: dt.datetime) -> Timers:
    """Return the timers of a request about which people are asked now."""
    later = route.escalate_after
    return Timers(
        expires_at=now + route.expires_after,
        remind_every=route.remind_every,
        remind_at=now + route.remind_every if route.remind_every else None,
        escalate_at=now + later if later and route.escalate_to else None,
        escalate_to=route.escalate_to,
    )
