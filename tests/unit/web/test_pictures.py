"""The drawings' geometry: a value on its line, and the way of a request."""

from typing import Any

import msgspec
import pytest

from promotion.domain.origins import read_origin
from promotion.domain.results import CheckResult, Outcome
from promotion.usecases import views
from promotion.web.pages.sheet import sheet
from promotion.web.pictures import scale, way
from tests.building import WORKSPACE, model, validating
from tests.surfing import Surfer


def result(outcome: Outcome = Outcome.PASSED, **evidence: Any) -> CheckResult:  # noqa: ANN401 -- evidence
    return CheckResult(name="check:x", outcome=outcome, summary="Said.", evidence=evidence)


@pytest.mark.parametrize(
    ("low", "high", "order"),
    [
        (0.8, None, ["liked_from", "value_at", "liked_to"]),
        (None, 4.0, ["liked_from", "value_at", "liked_to"]),
        (0.5, 4.0, ["liked_from", "value_at", "liked_to"]),
        (2.0, None, ["value_at", "liked_from", "liked_to"]),
        (None, 0.1, ["liked_from", "liked_to", "value_at"]),
    ],
)
def test_a_value_lies_where_its_bounds_say(
    low: float | None, high: float | None, order: list[str]
) -> None:
    drawn = scale(result(value=0.93, at_least=low, at_most=high))

    assert drawn is not None
    places = {name: getattr(drawn, name) for name in ("liked_from", "value_at", "liked_to")}
    assert sorted(places, key=lambda name: (places[name], order.index(name))) == order
    assert all(0 <= place <= 100 for place in places.values())


@pytest.mark.parametrize(("better", "liked"), [("higher", "above"), ("lower", "below")])
def test_a_champion_stands_at_the_edge_of_what_is_liked(better: str, liked: str) -> None:
    drawn = scale(result(value=0.93, champion_value=0.91, champion_version="4", better=better))

    assert drawn is not None
    edge = drawn.liked_from if liked == "above" else drawn.liked_to
    assert drawn.champion_at == edge < drawn.value_at
    assert drawn.against == "in use now: 0.91 (version 4)"


@pytest.mark.parametrize("value", [0.0, 0.93, -3.0, 1e300])
def test_a_value_that_equals_its_bound_is_drawn(value: float) -> None:
    drawn = scale(result(value=value, at_least=value))

    assert drawn is not None
    assert drawn.value_at == drawn.liked_from == 50.0


@pytest.mark.parametrize(
    "evidence",
    [
        {},
        {"value": 1.0},
        {"value": "0.9", "at_least": 0.8},
        {"value": True, "at_least": 0.8},
        {"value": None, "at_least": 0.8},
        {"value": 1.0, "at_least": "0.8"},
        {"value": float("nan"), "at_least": 0.8},
        {"value": float("inf"), "at_least": 0.8},
    ],
)
def test_what_is_no_number_is_not_drawn(evidence: dict[str, Any]) -> None:
    assert scale(result(**evidence)) is None


def test_the_way_of_a_request_that_was_not_looked_at_is_all_to_come() -> None:
    drawn = way(validating())

    assert [gate.label for gate in drawn.gates] == ["checks to come", "approval to come"]
    assert drawn.stretches == ("", "", "")


def test_what_was_before_the_source_is_told_first() -> None:
    request = msgspec.structs.replace(validating(), came_from=model().moved(WORKSPACE).id)

    drawn = way(request)

    assert drawn.origin == read_origin(request.came_from)
    assert drawn.description.startswith("Shared from taxi-fare:1 (dev-mlops-workspace). From ")


def test_long_evidence_is_cut_and_says_where_the_rest_is() -> None:
    surfer = Surfer()
    dossier = views.dossier(surfer.stage.world, surfer.pending(owner="x" * 100).id)
    (first, *_) = dossier.request.checks
    first.evidence["findings"] = ["y" * 100] * 1000

    card = sheet(dossier).checks[0]

    assert len(card.evidence) < 21_000
    assert card.evidence.endswith("The API answers all of it.")
