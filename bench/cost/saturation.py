"""Which documented limit fills first, and at which rate: promotions arrive at random, limits are token buckets.

Pure: the random numbers come from a seed, the time is simulated.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from bench.cost.limits import Limit

_ARRIVALS: Final = 4_000
#: A limit is full when the worst hundredth of promotions waits longer than this for it, in seconds.
_PATIENCE: Final = 60.0
#: How exactly a rate is found.
_STEPS: Final = 24
_SECONDS_A_MONTH: Final = 730 * 3600


class Full(msgspec.Struct, frozen=True, kw_only=True):
    """A limit, and up to which rate promotions pass it."""

    limit: Limit
    #: How much of it one promotion takes.
    takes: float
    #: Promotions a second up to which nobody waits long.
    rate: float

    @property
    def a_month(self) -> float:
        """Return the rate as promotions a month."""
        return self.rate * _SECONDS_A_MONTH


def ladder(limits: Sequence[Limit], needs: Mapping[str, float], *, seed: int) -> list[Full]:
    """Return the limits in the order in which they fill, each with the rate that fills it."""
    found = [
        Full(limit=limit, takes=takes, rate=_highest_rate(limit, takes, seed))
        for limit in limits
        if (takes := needs.get(limit.kind, 0) * limit.weight) > 0
    ]
    return sorted(found, key=lambda each: each.rate)


def _highest_rate(limit: Limit, takes: float, seed: int) -> float:
    low, high = 0.0, 2 * limit.per_second / takes
    for _ in range(_STEPS):
        rate = (low + high) / 2
        if worst_wait(limit, takes, rate, seed=seed) > _PATIENCE:
            high = rate
        else:
            low = rate
    return low


def worst_wait(limit: Limit, takes: float, rate: float, *, seed: int) -> float:
    """Return the wait in seconds that one in a hundred promotions exceeds, at a rate a second."""
    waits = sorted(_waits(limit, takes, rate, random.Random(seed)))  # noqa: S311 -- a simulation, not a secret
    return waits[-len(waits) // 100]


def _waits(limit: Limit, takes: float, rate: float, dice: random.Random) -> Iterator[float]:
    # The bucket's level is kept as the time at which it is full again.
    now = full_at = 0.0
    refill = takes / limit.per_second
    spare = limit.burst / limit.per_second
    for _ in range(_ARRIVALS):
        now += dice.expovariate(rate)
        full_at = max(full_at, now) + refill
        yield max(0.0, full_at - spare - now)
