"""Every port call of an order crashes, fails, loses its answer or is overtaken; no invariant breaks."""

from typing import Any

import pytest

from promotion.adapters.memory import MemoryRegistries
from promotion.domain.orders import Verb
from tests.crash.faults import Plan
from tests.crash.orders import OrderPlatform, broken_by, calls, violations
from tests.crash.plans import pairs, single

WAYS: dict[str, dict[str, Any]] = {
    "withdrawal": {"verb": Verb.WITHDRAW},
    "emergency": {"verb": Verb.WITHDRAW, "emergency": True},
    "restoration": {"verb": Verb.RESTORE},
}
CALLS = {name: len(calls(**way)) for name, way in WAYS.items()}
PAIRS = 60


@pytest.mark.parametrize(
    ("name", "plan"),
    [(name, plan) for name in WAYS for plan in single(CALLS[name])],
    ids=str,
)
def test_one_fault_breaks_no_order(name: str, plan: Plan) -> None:
    assert broken_by(plan, **WAYS[name]) == []


@pytest.mark.parametrize(
    ("name", "plan"),
    [(name, plan) for name in WAYS for plan in pairs(CALLS[name], PAIRS)],
    ids=str,
)
def test_two_faults_break_no_order(name: str, plan: Plan) -> None:
    assert broken_by(plan, **WAYS[name]) == []


class Forgetful(MemoryRegistries):
    """Archives a version, and forgets it: the simulator must notice."""

    forgets = False

    def amend(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as it is called
        """Change nothing while it forgets."""
        if not self.forgets:
            super().amend(*args, **kwargs)


def test_a_withdrawal_that_reaches_no_registry_is_caught() -> None:
    platform = OrderPlatform()
    platform.stage.registries.__class__ = Forgetful
    registries: Any = platform.stage.registries
    registries.forgets = True

    found = list(violations(platform, quiet=platform.run()))

    assert "the registry does not show what was ordered" in found
