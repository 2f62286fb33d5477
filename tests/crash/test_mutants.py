"""The simulator catches every seeded fault: it would not be worth much otherwise."""

import pytest

from tests.crash.mutants import MUTANTS
from tests.crash.plans import broken_by, single
from tests.crash.test_crash import CALLS


@pytest.mark.parametrize("name", MUTANTS)
def test_a_seeded_fault_is_caught(name: str) -> None:
    make = MUTANTS[name]

    caught = next((found for p in single(CALLS) if (found := broken_by(p, make(p)))), None)

    assert caught, f"no single plan shows {name!r}"
