"""One timer: runs a function at its times, once each, never beside itself.

Follows `TimerListener` of azure-webjobs-sdk-extensions: a run that was missed while the host was
down is made up for once, marked past due. Must not know where statuses are kept.
"""

import asyncio
import datetime as dt
import logging
from enum import StrEnum
from typing import Final

import msgspec
from azure.core.exceptions import AzureError
from azure.functions.meta import Datum

from sandbox.functions_host.functions import Function
from sandbox.functions_host.invocations import Invocations
from sandbox.functions_host.schedule import Schedule
from sandbox.functions_host.timer_status import NEVER, Status, TimerStatuses
from sandbox.functions_host.waiting import happens

_log: Final = logging.getLogger(__name__)

#: Longest sleep at once: the clock may be set meanwhile.
_LONGEST_SLEEP: Final = 30
_RETRY: Final = 2


class _Why(StrEnum):
    SCHEDULE = "timer"
    STARTUP = "timer, on startup"
    PAST_DUE = "timer, past due"


class Timer:
    """The timer of one function."""

    def __init__(
        self,
        function: Function,
        schedule: Schedule,
        statuses: TimerStatuses,
        invocations: Invocations,
    ) -> None:
        self._function = function
        self._schedule = schedule
        self._statuses = statuses
        self._invocations = invocations
        settings = function.trigger.settings
        self._run_on_startup = bool(settings.get("runOnStartup"))
        self._monitored = settings.get("useMonitor") is not False and schedule.is_monitored
        self._stopping = asyncio.Event()
        #: Set once the timer knows when it runs next.
        self.ready = asyncio.Event()

    def stop(self) -> None:
        """Start no more runs; one that runs is waited for."""
        self._stopping.set()

    async def run(self) -> None:
        """Run the function at its times until `stop`."""
        status = await self._first_status()
        self.ready.set()
        if self._stopping.is_set():
            return
        if self._monitored and status.next < _now():
            status = await self._invoke(status, _Why.PAST_DUE)
        elif self._run_on_startup:
            status = await self._invoke(status, _Why.STARTUP)
        while await self._sleep_until(status.next):
            status = await self._invoke(status, _Why.SCHEDULE)

    async def _first_status(self) -> Status:
        stored = await self._stored() if self._monitored else None
        if stored is not None:
            # Worked out again: the schedule may have changed since.
            base = stored.last_updated if stored.last == NEVER else stored.last
            return _status(stored.last, self._schedule.next_after(base))
        status = _status(NEVER, self._schedule.next_after(_now()))
        if self._monitored:
            await self._statuses.write(self._function.name, status)
        return status

    async def _stored(self) -> Status | None:
        while not self._stopping.is_set():
            try:
                return await self._statuses.read(self._function.name)
            except AzureError as error:
                text = "cannot read a timer's status, trying on: %s"
                _log.warning(text, error, extra={"function": self._function.name})
                await happens(self._stopping, within=_RETRY)
        return None

    async def _invoke(self, status: Status, why: _Why) -> Status:
        started = _now()
        value = timer_value(
            status if self._monitored else None,
            past_due=why is _Why.PAST_DUE,
        )
        run = self._invocations.start(self._function, value, reason=why)
        await asyncio.wait({run})
        if run.cancelled():
            # The host stopped before it ended: past due at the next start.
            return status
        # Woken a little early, the same moment would come twice.
        last = max(started, status.next) if why is _Why.SCHEDULE else started
        after = _status(last, self._schedule.next_after(last))
        if self._monitored:
            await self._statuses.write(self._function.name, after)
        return after

    async def _sleep_until(self, moment: dt.datetime) -> bool:
        """Return true at `moment`, or false when the timer stops before."""
        while (left := (moment - _now()).total_seconds()) > 0 and not self._stopping.is_set():
            await happens(self._stopping, within=min(left, _LONGEST_SLEEP))
        return not self._stopping.is_set()


def timer_value(status: Status | None, *, past_due: bool) -> Datum:
    """Return the value of a timer trigger; `status` is None when runs are not monitored."""
    info = {
        "Schedule": {"AdjustForDST": True},
        "ScheduleStatus": status,
        "IsPastDue": past_due,
    }
    return Datum(msgspec.json.encode(info).decode(), "json")


def _status(last: dt.datetime, following: dt.datetime) -> Status:
    return Status(last=last, next=following, last_updated=_now())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
