"""The picture of a copy's memory, for a usual and for a large model, beside the models themselves."""

from collections.abc import Mapping
from typing import Any, Final

from bench.figures import copy_memory
from bench.finding import Finding, Run
from bench.pictures.paper import MARGIN, WIDTH, Paper, Picture, size
from bench.scale import MIB
from bench.table import number

_TITLE: Final = "Memory of a copy"
_LEAD: Final = "By how much the process grows at its peak, beside the size of the model itself. A straight axis."
_START: Final = MARGIN + 96
#: What is left free on the right for the value beside the longest bar.
_ROOM: Final = 100
_TOP: Final = 96
_PITCH: Final = 132
_HIGH: Final = 16
_NEXT: Final = 25
_FOOT: Final = 2
_MISSING: Final = "Not measured in this run."


def picture(found: Mapping[str, Finding]) -> Picture:
    """Return the picture."""
    runs = found["copy_memory"].runs if "copy_memory" in found else []
    words = " ".join([f"{_TITLE}.", *(map(_told, runs) if runs else [_MISSING])])
    paper = Paper(_TOP + max(1, len(runs)) * _PITCH + _FOOT, _TITLE, _LEAD, words)
    if not runs:
        paper.text("told soft", MARGIN, _TOP + 8, _MISSING)
        return paper.finished()
    longest = max(length for run in runs for _, _, length in _bars(run))
    scale = (WIDTH - MARGIN - _START - _ROOM) / longest
    for at, run in enumerate(runs):
        _draw(paper, run, _TOP + at * _PITCH, scale)
    return paper.finished()


def _draw(paper: Paper, run: Run, top: float, scale: float) -> None:
    bars, goal = _bars(run), _START + copy_memory.GOAL * scale
    first, last = top + 20, top + 20 + (len(bars) - 1) * _NEXT + _HIGH
    paper.text("name ink", _START, top + 8, _model(run))
    for at, (name, looks, length) in enumerate(bars):
        y, end = first + at * _NEXT, _START + length * scale
        paper.text("told ink", _START - 12, y + 13, name, "end")
        paper.bar(looks, _START, end, y, _HIGH)
        paper.text("value ink", max(end, goal) + 9, y + 13, f"{_mib(length)}")
    paper.line("base", _START, first - 4, last + 4)
    for looks in ("halo", "goal"):
        paper.line(looks, goal, first - 4, last + 4)
    paper.text("note soft", goal, last + 18, f"goal: {size(copy_memory.GOAL)}")


def _bars(run: Run) -> list[tuple[str, str, int]]:
    """Return name, looks and length in bytes of each bar."""
    ours = run["ours_growth"]
    return [
        ("ours", "ours" if ours <= copy_memory.GOAL else "missed", ours),
        ("azure-ai-ml", "theirs", run["reference_growth"]),
        ("the model", "pale", run["bytes"]),
    ]


def _told(run: Run) -> str:
    told = ", ".join(f"{name} {_mib(length)}" for name, _, length in _bars(run)[:2])
    return f"{_model(run)}: {told} (goal: {size(copy_memory.GOAL)})."


def _model(run: Mapping[str, Any]) -> str:
    files = run["files"]
    return f"{size(run['bytes'])} in {files} {'file' if files == 1 else 'files'}"


def _mib(count: int) -> str:
    return f"{number(count / MIB)} MiB"
