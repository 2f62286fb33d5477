"""`python -m tests.crash [--pairs N]`: runs every plan and prints `N crash plans, V violations`."""

import argparse
import itertools
import logging
import sys
from collections.abc import Callable

from tests.crash.faults import Plan
from tests.crash.mutants import MUTANTS
from tests.crash.plans import broken_by, calls_of_an_undisturbed_run, pairs, single
from tests.crash.platform import Platform, counting


def main() -> int:
    """Run the plans; return 0 when nothing broke and every mutant was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--pairs", type=int, default=2000, help="plans of two faults")
    count = parser.parse_args().pairs
    logging.disable()
    plans = 0
    violations = 0
    for make in (lambda plan: Platform(plan=plan), counting):
        calls = len(calls_of_an_undisturbed_run(make({})))
        for plan in itertools.chain(single(calls), pairs(calls, count)):
            plans += 1
            if found := broken_by(plan, make(plan)):
                violations += len(found)
                print(f"{plan}: {'; '.join(found)}")
    calls = len(calls_of_an_undisturbed_run())
    missed = [name for name, make in MUTANTS.items() if not _caught(calls, make)]
    for name in MUTANTS:
        print(f"seeded fault {'MISSED' if name in missed else 'caught'}: {name}")
    print(f"{plans} crash plans, {violations} violations")
    return 1 if violations or missed else 0


def _caught(calls: int, make: Callable[[Plan], Platform]) -> bool:
    return any(broken_by(plan, make(plan)) for plan in single(calls))


if __name__ == "__main__":
    sys.exit(main())
