"""Which crashes are tried: every call with every fault alone, and pairs of them drawn by a fixed seed."""

import itertools
import random
from collections.abc import Iterator

from tests.crash.faults import Fault, Plan
from tests.crash.invariants import violations
from tests.crash.platform import Platform

SEED = 20260301


def calls_of_an_undisturbed_run(platform: Platform | None = None) -> list[str]:
    """Return the names of all port calls of the flow, in order."""
    platform = platform or Platform()
    quiet = platform.run()
    problems = list(violations(platform, quiet=quiet))
    if problems:
        raise AssertionError(f"even undisturbed: {problems}")
    return platform.controller.calls


def single(calls: int) -> Iterator[Plan]:
    """Yield a plan for every call and every fault."""
    for number, fault in itertools.product(range(1, calls + 1), Fault):
        yield {number: fault}


def pairs(calls: int, count: int) -> Iterator[Plan]:
    """Yield `count` plans of two faults each; the second may hit the repair of the first."""
    draw = random.Random(SEED)  # noqa: S311 -- repeatable, not secret
    for _ in range(count):
        first = draw.randint(1, calls)
        second = first + draw.randint(1, calls)
        yield {first: draw.choice(list(Fault)), second: draw.choice(list(Fault))}


def broken_by(plan: Plan, platform: Platform | None = None) -> list[str]:
    """Run one plan; return the violations."""
    platform = platform or Platform(plan=plan)
    quiet = platform.run()
    return list(violations(platform, quiet=quiet))
