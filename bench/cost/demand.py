"""What was counted: requests by step, kind and partition. Knows no price and no limit."""

from collections import Counter
from typing import Final

import msgspec

#: Kinds of requests as they are priced; a name of `Prices` each.
KINDS: Final = (
    "table_requests",
    "queue_requests",
    "blob_writes",
    "blob_reads",
    "event_grid_operations",
)
#: What else is counted, because something limits it.
LIMITED: Final = (
    "index_writes",
    "management_reads",
    "management_writes",
    "notices",
    "sweep_visits",
)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One execution of a function, or several of the same: what it asked of the world."""

    name: str
    executions: int
    #: How long they took here, in seconds, all together.
    seconds: float
    counts: dict[str, int]


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What one promotion needs, and what the app needs when nothing happens."""

    promotion: tuple[Step, ...]
    #: One run of a timer with nothing to do: name -> its step.
    resting: dict[str, Step]

    @property
    def counts(self) -> Counter[str]:
        """Return what one promotion asks for, over all steps."""
        return total(self.promotion)


def total(steps: tuple[Step, ...]) -> Counter[str]:
    """Return the sums over steps; `executions` is one of them."""
    found: Counter[str] = Counter()
    for step in steps:
        found.update(step.counts)
        found["executions"] += step.executions
    return found
