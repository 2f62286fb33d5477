"""A request at a glance: its metrics beside those in use, what travels, who asked."""

from typing import Any

import msgspec
import pytest

from promotion.domain.actors import EVENT_GRID
from promotion.domain.request import Request
from promotion.domain.results import CheckResult, Outcome
from promotion.web.glance import Figure, glance
from tests.building import pending, validating
from tests.surfing import APPROVER, Surfer, words


def with_checks(*checks: CheckResult) -> Request:
    """Return a pending request whose checks said that."""
    return msgspec.structs.replace(pending(), checks=checks)


def metric(outcome: Outcome = Outcome.PASSED, **evidence: Any) -> CheckResult:  # noqa: ANN401 -- evidence
    return CheckResult(
        name="x", outcome=outcome, summary="Said.", evidence={"metric": "rmse", **evidence}
    )


def first(request: Request) -> Figure:
    return glance(request)[0]


DUEL: dict[str, Any] = {"value": 1.284, "champion_version": "3", "champion_value": 1.38}


@pytest.mark.parametrize(
    ("evidence", "note"),
    [
        ({**DUEL, "gain": 0.096, "relative_gain": 0.0696}, "7.0% better than version 3 (1.38)"),
        ({**DUEL, "gain": -0.1, "relative_gain": -0.05}, "5.0% worse than version 3 (1.38)"),
        ({**DUEL, "gain": 0.5, "relative_gain": None}, "0.5 better than version 3 (1.38)"),
        ({**DUEL, "gain": 0.0, "relative_gain": 0.0}, "as version 3, in use now"),
        ({"value": 1.2, "champion_version": None}, "nothing in use to compare with"),
        ({"value": 1.2, "at_least": 0.8, "at_most": None}, "at least 0.8"),
        ({"value": 1.2, "at_least": 0.8, "at_most": 2}, "at least 0.8 and at most 2"),
        ({"value": 1.2}, ""),
    ],
)
def test_a_metric_is_told_with_what_it_is_held_against(evidence: dict[str, Any], note: str) -> None:
    assert first(with_checks(metric(**evidence))).note == note


@pytest.mark.parametrize(
    ("outcome", "tone"),
    [(Outcome.PASSED, "good"), (Outcome.FAILED, "bad"), (Outcome.ERRORED, "warn")],
)
def test_a_metric_has_the_tone_of_its_check(outcome: Outcome, tone: str) -> None:
    assert first(with_checks(metric(outcome, value=1.0))).tone == tone


def test_the_champions_metric_comes_first_and_a_metric_once() -> None:
    bound = metric(value=1.284, at_most=4.0)
    other = metric(value=0.9, at_least=0.8, metric="r2")

    shown = glance(with_checks(other, bound, metric(**DUEL, gain=0.1, relative_gain=0.07)))

    assert [each.label for each in shown] == ["rmse", "r2", "What travels", "Asked for by"]
    assert "better than version 3" in shown[0].note


@pytest.mark.parametrize("value", [None, True, "0.9", float("nan"), float("inf")])
def test_what_is_no_number_is_no_figure(value: object) -> None:
    assert [each.label for each in glance(with_checks(metric(value=value)))] == [
        "What travels",
        "Asked for by",
    ]


def test_a_glance_has_few_metrics() -> None:
    many = [metric(metric=f"m{number}", value=number) for number in range(9)]

    assert len(glance(with_checks(*many))) == 6


def test_before_the_files_were_read_there_is_nothing_to_glance_at() -> None:
    assert glance(validating()) == ()


def test_a_request_that_nobody_asked_for_says_what_did() -> None:
    request = msgspec.structs.replace(pending(), requested_by=EVENT_GRID)

    asked = glance(request)[-1]

    assert (asked.value, asked.note) == ("model registration", "by itself")


def test_the_page_shows_it() -> None:
    surfer = Surfer()
    request = surfer.pending()

    page = surfer.page(f"/promotions/{request.id}", APPROVER)

    assert words(page, ".glance dt") == "r2"
    assert words(page, ".glance dd") == "0.93 at least 0.8"
