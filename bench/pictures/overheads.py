"""The picture of what the product adds where nothing can be spared: its share on top of the least there is."""

import math
from collections.abc import Mapping
from typing import Final

import msgspec

from bench.figures import cold_start, intake, listing, manifest
from bench.finding import Finding
from bench.pictures.paper import Picture
from bench.pictures.rows import Row, axis, drawn
from bench.table import number

_TITLE: Final = "What it adds to the least there is"
_LEAD: Final = "In percent of the reference: shorter is better. The pale bar is what it may be."
#: The axis reaches at least so far, in percent, and has at most so many marks.
_LEAST: Final = 10
_MARKS: Final = 8
_STEPS: Final = (10, 20, 50, 100, 200, 500, 1000)


class Overhead(msgspec.Struct, frozen=True):
    """What a figure is called, both its sides, and how many times the reference it may be."""

    name: str
    ours: str
    reference: str
    goal: float
    unit: str = " ms"


_OVERHEADS: Final = {
    "cold_start": Overhead("Start of the app", "ours", "the empty app", cold_start.GOAL_EMPTY),
    "manifest": Overhead("Digests of all files", "ours", "a plain download", manifest.GOAL, " s"),
    "intake": Overhead("Taking an event in", "ours", "the bare writes", intake.GOAL),
    "listing": Overhead("Listing 50 that wait", "among {stored:,}", "among 50", listing.GOAL),
    "operations": Overhead(
        "Storage requests of a promotion", "with {stored:,} stored", "with none", 1.0, ""
    ),
}


def picture(found: Mapping[str, Finding]) -> Picture:
    """Return the picture."""
    rows = [_row(each, found.get(figure)) for figure, each in _OVERHEADS.items()]
    on = axis(rows, _LEAST)
    step = next((each for each in _STEPS if (on.high - on.low) / each < _MARKS), _STEPS[-1])
    first, last = math.ceil(on.low / step), math.floor(on.high / step)
    marks = [at * step for at in range(first, last + 1)]
    return drawn(_TITLE, _LEAD, rows, on, [(mark, _percent(mark)) for mark in marks])


def _row(each: Overhead, found: Finding | None) -> Row:
    if found is None or found.ratio is None:
        return Row(name=each.name)
    ours = f"{each.ours.format(**found.scale)}: {number(found.ours)}{each.unit}"
    return Row(
        name=each.name,
        told=f"{ours} · {each.reference}: {number(found.reference)}{each.unit}",
        value=(found.ratio - 1) * 100,
        shown=_percent(round((found.ratio - 1) * 100, 1)),
        goal=(each.goal - 1) * 100,
        goal_shown=_percent(round((each.goal - 1) * 100)),
        reached=found.ratio <= each.goal,
        met=found.met,
    )


def _percent(added: float) -> str:
    return f"{added:+g}%" if added else "the same"
