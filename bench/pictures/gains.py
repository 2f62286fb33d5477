"""The picture of what the product spares: how many times less it takes than what one would do instead.

On a logarithmic axis whose beginning is "as much": from there, the length of a bar means something.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from bench.figures import cold_start, copy_bytes, copy_memory, copy_wall, scan
from bench.finding import Finding
from bench.pictures.paper import Picture, size
from bench.pictures.rows import Row, axis, drawn
from bench.scale import MIB
from bench.table import number

_TITLE: Final = "Beside what you would do instead"
_LEAD: Final = (
    "How many times less ours takes: longer is better. Each line is ten times the one before."
)
#: The axis reaches at least this far, in powers of ten.
_LEAST: Final = 2.0


class Gain(msgspec.Struct, frozen=True):
    """Both sides in words, how many times less ours is, and how many it must be."""

    told: str
    times: float
    goal: float
    goal_shown: str


def picture(found: Mapping[str, Finding]) -> Picture:
    """Return the picture."""
    rows = [_row(name, gain, found.get(figure)) for figure, (name, gain) in _GAINS.items()]
    on = axis(rows, _LEAST)
    powers = range(math.ceil(on.low), math.floor(on.high) + 1)
    return drawn(_TITLE, _LEAD, rows, on, [(power, _mark(power)) for power in powers])


def _row(name: str, gain: Callable[[Finding, float], Gain], found: Finding | None) -> Row:
    if found is None or found.reference is None:
        return Row(name=name)
    given = gain(found, found.reference)
    return Row(
        name=name,
        told=given.told,
        value=math.log10(given.times),
        shown=_shown(given.times) if math.isfinite(given.times) else "none at all",
        goal=math.log10(given.goal),
        goal_shown=given.goal_shown,
        reached=given.times >= given.goal,
        met=found.met,
    )


def _bytes(found: Finding, theirs: float) -> Gain:
    told = f"of the model: ours {_percent(found.ours)} · azure-ai-ml {_percent(theirs)}"
    goal = theirs / copy_bytes.GOAL
    return Gain(told, _times(theirs, found.ours), goal, f"{_percent(copy_bytes.GOAL)} of the model")


def _memory(found: Finding, theirs: float) -> Gain:
    largest = size(max(run["bytes"] for run in found.runs))
    told = f"up to {largest}: ours {number(found.ours)} MiB · azure-ai-ml {number(theirs)} MiB"
    goal = theirs / (copy_memory.GOAL / MIB)
    return Gain(told, _times(theirs, found.ours), goal, size(copy_memory.GOAL))


def _wall(found: Finding, theirs: float) -> Gain:
    model = f"{size(found.scale['model'])} in {found.scale['files']} files"
    told = f"{model}: ours {number(found.ours)} s · azure-ai-ml {number(theirs)} s"
    return _faster(told, found.ratio or _times(theirs, found.ours), copy_wall.GOAL)


def _scan(found: Finding, theirs: float) -> Gain:
    both = f"ours {number(found.ours)} s · download and picklescan {number(theirs)} s"
    told = f"{size(found.scale['torch'])} torch file: {both}"
    return _faster(told, found.ratio or _times(theirs, found.ours), scan.GOAL_TIME)


def _start(found: Finding, _: float) -> Gain:
    eager = number(found.details["eager_ms"])
    told = f"ours {number(found.ours)} ms · azure-ai-ml at the top {eager} ms"
    return _faster(told, found.details["times_as_fast_as_eager"], cold_start.GOAL_EAGER)


#: Figure -> what it is called, and what is drawn of it.
_GAINS: Final = {
    "copy_bytes": ("Bytes through the process", _bytes),
    "copy_memory": ("Memory of a copy", _memory),
    "copy_wall": ("Time of a copy", _wall),
    "scan": ("Malware scan", _scan),
    "cold_start": ("Start of the app", _start),
}


def _faster(told: str, times: float, goal: float) -> Gain:
    return Gain(told, times, goal, _shown(goal))


def _times(theirs: float, ours: float) -> float:
    return theirs / ours if ours > 0 else math.inf


def _percent(share: float) -> str:
    return f"{number(share * 100)}%"


def _shown(times: float) -> str:
    return f"{number(times)}×"


def _mark(power: int) -> str:
    if power == 0:
        return "as much"
    return _shown(10**power) if power > 0 else f"1/{10**-power:,}"
