"""Draws the state machine from its table into docs/states.md (`make docs`)."""

from pathlib import Path

from promotion.domain.lifecycle.table import TRANSITIONS
from promotion.domain.request import State

FILE = Path(__file__).parent.parent / "docs" / "states.md"

_HEAD = """# States of a request

Drawn from `promotion/domain/lifecycle/table.py` by `make docs`.

```mermaid
stateDiagram-v2
    direction LR
    [*] --> received: open_request
    [*] --> bypassed: report_bypass
    [*] --> pending: ask_for_order
    [*] --> approved: order_at_once
"""


def picture() -> str:
    """Return the page."""
    arrows = [
        f"    {source} --> {goal}: {transition.name}"
        for transition in TRANSITIONS
        for source in transition.sources
        for goal in transition.goals or (source,)
    ]
    ends = [f"    {state} --> [*]" for state in State if _last(state)]
    return _HEAD + "\n".join([*arrows, *ends]) + "\n```\n"


def _last(state: State) -> bool:
    return all(state not in transition.sources for transition in TRANSITIONS)


if __name__ == "__main__":
    FILE.write_text(picture())
