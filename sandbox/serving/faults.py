"""Refusals planned ahead: the next N calls, or all calls for T seconds, answer a given status.

Knows places by name and statuses by number; must not know what a status means to a caller.
"""

import time
from collections.abc import Callable
from typing import Annotated

import msgspec


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan to refuse: give `times`, or `seconds` (real ones), or both: what ends first."""

    #: Which door refuses; each server names its own.
    place: str
    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    times: Annotated[int, msgspec.Meta(ge=1)] | None = None
    seconds: Annotated[float, msgspec.Meta(gt=0)] | None = None

    def __post_init__(self) -> None:
        """Refuse a plan without an end: a test that forgets to clear it would hang its successor.

        Raises:
            ValueError: neither `times` nor `seconds` is given.
        """
        if self.times is None and self.seconds is None:
            raise ValueError("a fault needs `times` or `seconds`: it must end by itself")


class Faults:
    """The plans of one server; the newest plan of a place replaces the older one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._plans: dict[str, tuple[int, float | None, float | None]] = {}

    def plan(self, fault: Fault) -> None:
        """Start to refuse at `fault.place`."""
        end = None if fault.seconds is None else self._clock() + fault.seconds
        self._plans[fault.place] = (fault.status, fault.times, end)

    def take(self, place: str) -> int | None:
        """Return the status to answer this one call with, or None: serve it."""
        status, left, end = self._plans.get(place, (0, 0, None))
        if left == 0 or (end is not None and self._clock() >= end):
            self._plans.pop(place, None)
            return None
        self._plans[place] = (status, None if left is None else left - 1, end)
        return status

    def clear(self) -> None:
        """Forget all plans."""
        self._plans.clear()
