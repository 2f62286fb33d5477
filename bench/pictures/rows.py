"""Figures one below the other, each a bar from a common line to its value, with the mark of its goal.

Knows how rows are placed; what they say, and on which axis, is said by who asks for them.
"""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from bench.pictures.paper import MARGIN, WIDTH, Paper, Picture

_TOP: Final = 96
_PITCH: Final = 70
_HIGH: Final = 16
_OVER: Final = 4
_FOOT: Final = 34
#: What a value beside its bar takes up; as much is left free at the end of the axis.
_ROOM: Final = 92
#: Nearer to the axis's beginning than this, words start at their mark instead of standing beneath it.
_NEAR: Final = 40


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: a bar, its words, its goal."""

    name: str
    #: The two measured values, in words.
    told: str = ""
    #: Where the bar ends, in the axis's unit; none when it was not measured.
    value: float | None = None
    #: The value in words.
    shown: str = "not measured in this run"
    goal: float = 0.0
    goal_shown: str = ""
    #: Whether the goal that is drawn was reached, and whether everything that the figure is to reach was.
    reached: bool = False
    met: bool = False

    @property
    def mark(self) -> str:
        """What stands at the mark of the goal."""
        missed = ", missed" if not self.reached else "" if self.met else ", another goal missed"
        return f"goal: {self.goal_shown}{missed}"

    @property
    def words(self) -> str:
        """The row as a sentence."""
        told = "" if self.value is None else f" ({self.told}; {self.mark})"
        return f"{self.name}: {self.shown}{told}."


class Axis(msgspec.Struct, frozen=True):
    """A straight axis over everything that is drawn on it, with zero, where the bars begin."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """Return the pixel of a value; what lies beyond the axis ends with it."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return MARGIN + share * (WIDTH - 2 * MARGIN - _ROOM)


def axis(rows: Sequence[Row], least: float) -> Axis:
    """Return the axis on which every row has room, and that reaches at least to `least`."""
    measured = [row for row in rows if row.value is not None]
    ends = [end for row in measured for end in (row.value or 0.0, row.goal) if abs(end) != math.inf]
    return Axis(min([0.0, *ends]), max([least, *ends]))


def drawn(
    title: str, lead: str, rows: Sequence[Row], on: Axis, marks: Sequence[tuple[float, str]]
) -> Picture:
    """Return the picture of some rows over one axis; `marks` are values of the axis and their words."""
    bottom = _TOP + len(rows) * _PITCH
    words = " ".join([f"{title}.", *(row.words for row in rows)])
    paper = Paper(bottom + _FOOT, title, lead, words)
    for value, mark in marks:
        x = on.place(value)
        paper.line("grid", x, _TOP + 12, bottom - 4)
        paper.text("note soft", x, bottom + 14, mark, _anchor(x))
    for at, row in enumerate(rows):
        _row(paper, on, row, _TOP + at * _PITCH)
    return paper.finished()


def _row(paper: Paper, on: Axis, row: Row, top: float) -> None:
    start, bar = on.place(0), top + 18
    paper.text("name ink halo", MARGIN, top + 8, row.name)
    paper.text("told soft halo", WIDTH - MARGIN, top + 8, row.told, "end")
    if row.value is None:
        paper.text("told soft halo", start + 9, bar + 13, row.shown)
    else:
        end, goal = on.place(row.value), on.place(row.goal)
        paper.bar("pale", start, goal, bar, _HIGH)
        paper.bar("ours" if row.reached else "missed", start, end, bar, _HIGH)
        for looks in ("halo", "goal"):
            paper.line(looks, goal, bar - _OVER, bar + _HIGH + _OVER)
        after = max(start, end, goal if goal < end + _ROOM else end)
        paper.text(
            "value ink" if after < goal else "value ink halo", after + 9, bar + 13, row.shown
        )
        paper.text("note soft halo", goal, bar + _HIGH + 17, row.mark, _anchor(goal))
    paper.line("base", start, bar - _OVER, bar + _HIGH + _OVER)


def _anchor(x: float) -> str:
    return "middle" if x > MARGIN + _NEAR else "start"
