"""What every transition publishes and leaves behind, field by field: subscribers and auditors rely on it.

A change here is a change of the contract. Made on purpose, it is written with `UPDATE_GOLDEN=1`.
"""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from promotion.domain.lifecycle import Step
from promotion.domain.request import Request, State
from tests.transitions import BEGINNINGS, TRANSITIONS, Transition, in_state
from tests.unit.domain.variants import BEGINNING_VARIANTS, VARIANTS

GOLDEN = Path(__file__).parents[2] / "golden" / "facts"

#: Transitions from the first of their states, and some of them once more with all that can be told.
PLAYED: dict[str, tuple[Transition, State]] = {
    **{name: (play, min(allowed)) for name, (play, _, allowed) in TRANSITIONS.items()},
    **VARIANTS,
}
BEGUN = {**BEGINNINGS, **BEGINNING_VARIANTS}


def played(name: str) -> tuple[Request | None, Step]:
    """Return the request before a transition, none where it begins one, and the step."""
    if name in BEGUN:
        return None, BEGUN[name]()
    transition, state = PLAYED[name]
    before = in_state(state)
    return before, transition(before)


def shown(before: Request | None, step: Step) -> dict[str, Any]:
    """Return a step as JSON has it: the fact, the decision, and what changed in the request."""
    found: dict[str, Any] = plain(step)
    earlier = plain(before) if before else {}
    request = found["request"]
    found["request"] = {
        name: request[name] for name in request if request[name] != earlier.get(name)
    }
    for each in (found["fact"], found["request"]):
        for varying in ("code_version", "hash", "previous_hash", "head"):
            each.pop(varying, None)
    return found


def plain(value: object) -> Any:  # noqa: ANN401 -- JSON
    """Return a value as JSON has it, sets in order."""
    return msgspec.json.decode(msgspec.json.encode(value, order="deterministic"))


@pytest.mark.parametrize("name", [*PLAYED, *BEGUN])
def test_what_a_transition_publishes_is_what_was_promised(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    found = shown(*played(name))
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(found, order="sorted")) + b"\n")

    assert found == msgspec.json.decode(path.read_bytes())


def test_nothing_is_promised_that_nothing_publishes() -> None:
    names = {path.stem for path in GOLDEN.glob("*.json")}

    assert names == {*PLAYED, *BEGUN}
