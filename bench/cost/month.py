"""What a month comes to: counts times prices. Pure; knows no file and no terminal."""

from collections import Counter
from typing import Final

import msgspec

from bench.cost.demand import Demand, Step, total
from bench.cost.prices import Prices

#: Runs of each timer in a month of 730 hours; the schedules stand in function_app.py.
RUNS: Final = {"sweep": 730 * 60, "reconcile": 730 * 4}

#: Kind -> for how many of it the price is.
_PER: Final = {
    "table_requests": 10_000,
    "queue_requests": 10_000,
    "blob_writes": 10_000,
    "blob_reads": 10_000,
    "event_grid_operations": 1_000_000,
    "executions": 1_000_000,
    "gb_seconds": 1,
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of thing in a month's bill."""

    kind: str
    #: How many by promotions, and by the timers, which run whether anything happens or not.
    promotions: float
    timers: float
    price: float


def month(demand: Demand, promotions: int, prices: Prices) -> list[Line]:
    """Return the lines of a month's bill for so many promotions."""
    one = _with_weight(demand.promotion, prices)
    resting = _resting(demand, prices)
    return [_line(kind, one[kind] * promotions, resting[kind], prices) for kind in _PER]


def _line(kind: str, promotions: float, timers: float, prices: Prices) -> Line:
    unit = prices.gb_second if kind == "gb_seconds" else getattr(prices, kind)
    free = getattr(prices, f"free_{kind}", 0)
    charged = max(0.0, promotions + timers - free)
    price = charged / _PER[kind] * unit
    return Line(kind=kind, promotions=promotions, timers=timers, price=price)


def _with_weight(steps: tuple[Step, ...], prices: Prices) -> dict[str, float]:
    weight = sum(gb_seconds(step, prices) for step in steps)
    return {**dict.fromkeys(_PER, 0.0), **total(steps), "gb_seconds": weight}


def _resting(demand: Demand, prices: Prices) -> dict[str, float]:
    found: Counter[str] = Counter()
    for name, runs in RUNS.items():
        one = _with_weight((demand.resting[name],), prices)
        found.update({kind: value * runs for kind, value in one.items()})
    return dict(found)


def gb_seconds(step: Step, prices: Prices) -> float:
    """Return what a step's executions weigh, each on an instance of its own: the most it can be."""
    each = max(prices.least_seconds, step.seconds / step.executions * prices.slower)
    return each * step.executions * prices.instance_gb
