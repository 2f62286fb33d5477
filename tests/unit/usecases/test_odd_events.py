"""Events that nobody meant: whatever they hold, they are taken and kept, as no repetition mends them."""

import json
from typing import Any

import msgspec
import pytest

from promotion.domain.facts import GENESIS
from promotion.usecases.receive_event import receive_event
from tests.building import Stage
from tests.unit.usecases.test_straight_way import REGISTERED

#: The first half of a character in UTF-16: JSON can write it, UTF-8 cannot.
HALF = "\ud83d"
ODD: dict[str, dict[str, Any]] = {
    "subject": {"subject": HALF, "data": {}},
    "source": {"source": HALF},
    "type": {"type": HALF},
    "id": {"id": HALF, "type": "another"},
    "name": {"data": {"ModelName": HALF, "ModelVersion": "1"}},
    "dots": {"data": {"ModelName": "taxi/..", "ModelVersion": "1"}},
    "number": {"data": {"ModelName": "taxi-fare", "ModelVersion": 1.5}},
    "list": {"data": [[[]]], "subject": ""},
}


@pytest.mark.parametrize("changes", ODD.values(), ids=list(ODD))
def test_an_event_that_names_no_model_is_kept_as_it_came(changes: dict[str, Any]) -> None:
    stage = Stage()
    event = msgspec.structs.replace(REGISTERED, **changes)

    assert receive_event(stage.world, event) == ()

    ((content, reason),) = stage.dead_letters.kept.values()
    assert reason
    assert json.loads(content) == msgspec.to_builtins(event)


def test_what_else_an_event_holds_keeps_no_model_from_being_asked_for() -> None:
    stage = Stage()
    data = {"ModelName": "taxi-fare", "ModelVersion": "1", "ModelTags": {"emoji": HALF}}

    (opened,) = receive_event(stage.world, msgspec.structs.replace(REGISTERED, data=data))

    assert opened.created


@pytest.mark.parametrize("trace", [HALF, "0" * 300_000, "00-\r\nX-Injected: 1", "nonsense"])
def test_what_is_no_trace_is_no_part_of_any_fact(trace: str) -> None:
    stage = Stage()

    (opened,) = receive_event(stage.world, REGISTERED, trace=trace)

    assert opened.request.trace == ""
    assert opened.request.head != GENESIS
