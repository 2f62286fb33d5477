"""What a figure says: ours, the reference, their ratio, the goal, and every run. Knows no figure."""

import datetime as dt
import statistics
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

type Run = Mapping[str, Any]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One figure as it was measured, in `build/bench.json` under its name."""

    #: Median of our runs, in `unit`.
    ours: float
    #: Median of the reference's runs, in `unit`; none where a count stands alone.
    reference: float | None
    #: What the goal speaks of: usually ours against the reference; none where there is none.
    ratio: float | None
    unit: str
    #: What is to be reached, in words.
    goal: str
    met: bool
    #: One entry a run, or a pair of runs; medians are over them.
    runs: list[dict[str, Any]]
    #: What ours and the reference were, in words.
    against: str = ""
    #: What a reader must know to believe the figure, and what it cannot show.
    notes: list[str] = msgspec.field(default_factory=list)
    #: Further numbers that belong to the figure.
    details: dict[str, Any] = msgspec.field(default_factory=dict)
    #: Which sizes were used.
    scale: dict[str, Any] = msgspec.field(default_factory=dict)
    #: On which machine, and when.
    machine: dict[str, Any] = msgspec.field(default_factory=dict)
    measured_at: str = ""

    def stamped(self, scale: dict[str, Any], machine: dict[str, Any]) -> "Finding":
        """Return the finding with where and when it was measured."""
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        return msgspec.structs.replace(self, scale=scale, machine=machine, measured_at=now)


def median(runs: Iterable[Run], name: str) -> float:
    """Return the median of one field over the runs."""
    return float(statistics.median(run[name] for run in runs))


def median_ratio(runs: Iterable[Run], over: str, under: str) -> float:
    """Return the median of the pairs' ratios: what slows the machine slows both of a pair."""
    return float(statistics.median(run[over] / run[under] for run in runs))
