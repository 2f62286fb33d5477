"""The bench's pictures in Chromium: all their words can be read."""

from itertools import combinations
from typing import Final

import msgspec
import pytest
from playwright.sync_api import Browser

from bench.finding import Finding
from bench.pictures import PICTURES, drawn
from tests.pictured import finding, measured, run

pytestmark = pytest.mark.browser

_BOXES: Final = """() => [...document.querySelectorAll("text")].map(each => {
  const {left, right, top, bottom} = each.getBoundingClientRect();
  return {words: each.textContent, left, right, top, bottom};
}).filter(each => each.words)"""
_CARD: Final = """() => {
  const {left, right, top, bottom} = document.querySelector("rect").getBoundingClientRect();
  return {left, right, top, bottom};
}"""

type Box = dict[str, float]

#: Goals just met, just missed and far away; nothing taken; figures that are missing.
_FIGURES: Final = {
    "as usual": measured(),
    "close to the goals": measured(
        cold_start=finding(80.0, 64.0, 1.299, eager_ms=290.0, times_as_fast_as_eager=4.01),
        copy_wall=finding(0.2, 20.0, 20.1),
        scan=finding(0.2, 20.0, 19.9),
        manifest=finding(2.3, 2.0, 1.151),
    ),
    "far from them": measured(
        copy_wall=finding(40.0, 20.0, 0.5),
        copy_memory=finding(9000.0, 4000.0, 2.25, [run(1024, 4, 9000, 400)]),
        intake=finding(90.0, 20.0, 4.5),
        listing=finding(60.0, 80.0, 0.75),
    ),
    "goals that are not drawn": {
        name: msgspec.structs.replace(each, met=False) for name, each in measured().items()
    },
    "nothing taken": measured(copy_memory=finding(0.0, 4000.0, 0.0, [run(4096, 1, 0, 4000)])),
    "none": {},
}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("figures", _FIGURES.values(), ids=list(_FIGURES))
def test_no_words_run_into_others_or_off_the_card(
    browser: Browser, figures: dict[str, Finding], name: str
) -> None:
    page = browser.new_page()
    page.set_content(drawn(figures)[name].svg)
    boxes, card = page.evaluate(_BOXES), page.evaluate(_CARD)
    page.close()

    assert len(boxes) > 1
    assert [box["words"] for box in boxes if not _within(box, card)] == []
    assert [
        (one["words"], other["words"])
        for one, other in combinations(boxes, 2)
        if _overlap(one, other)
    ] == []


def _within(box: Box, card: Box) -> bool:
    wide = card["left"] < box["left"] and box["right"] < card["right"]
    return wide and card["top"] < box["top"] and box["bottom"] < card["bottom"]


def _overlap(one: Box, other: Box) -> bool:
    #: The boxes of two lines overlap by their empty edges before their letters touch.
    edge = 3
    beside = one["right"] <= other["left"] or other["right"] <= one["left"]
    above = one["bottom"] - edge <= other["top"] or other["bottom"] - edge <= one["top"]
    return not (beside or above)
