"""The app's timer triggers, together. Must not know how one works."""

import asyncio
from collections.abc import Sequence

from sandbox.functions_host.errors import HostError
from sandbox.functions_host.functions import TIMER, Function
from sandbox.functions_host.invocations import Invocations
from sandbox.functions_host.schedule import Schedule
from sandbox.functions_host.timer import Timer
from sandbox.functions_host.timer_status import TimerStatuses


class Timers:
    """The timers of one host."""

    def __init__(
        self,
        functions: Sequence[Function],
        statuses: TimerStatuses | None,
        invocations: Invocations,
    ) -> None:
        """Read the schedules; `statuses` may be None when no function has a timer.

        Raises:
            HostError: a schedule is not NCRONTAB.
        """
        self._statuses = statuses
        self._tasks: list[asyncio.Task[None]] = []
        self._timers = [
            Timer(function, _schedule(function), statuses, invocations)
            for function in functions
            if function.trigger.kind == TIMER and statuses is not None
        ]

    @property
    def ready(self) -> bool:
        """Whether every timer knows when it runs next."""
        return all(timer.ready.is_set() for timer in self._timers)

    def start(self) -> None:
        """Start the timers."""
        self._tasks = [asyncio.create_task(timer.run()) for timer in self._timers]

    def stop(self) -> None:
        """Start no more runs."""
        for timer in self._timers:
            timer.stop()

    async def finish(self, seconds: float) -> None:
        """Wait for the runs to end, `seconds` at most, then close the connections."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        if self._statuses is not None:
            await self._statuses.close()


def _schedule(function: Function) -> Schedule:
    try:
        return Schedule.parse(function.trigger.text("schedule"))
    except ValueError as error:
        raise HostError(f"{function.name}: {error}") from error
