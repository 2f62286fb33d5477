"""Figures as the bench writes them, and what their pictures show. Knows no way to draw."""

import re
from typing import Any, Final
from xml.etree import ElementTree as ET

from bench.finding import Finding
from bench.scale import GIB, MIB

GAINS: Final = "performance-gains.svg"
MEMORY: Final = "performance-memory.svg"
OVERHEADS: Final = "performance-overheads.svg"
SVG: Final = "{http://www.w3.org/2000/svg}"


def finding(
    ours: float,
    reference: float | None,
    ratio: float | None,
    runs: list[dict[str, Any]] | None = None,
    **details: float,
) -> Finding:
    """Return a figure as it was measured."""
    scale = {"model": GIB, "files": 4, "torch": GIB, "stored": 100_000}
    return Finding(
        ours=ours,
        reference=reference,
        ratio=ratio,
        unit="",
        goal="",
        met=True,
        runs=runs or [],
        details=details,
        scale=scale,
        machine={"load_before": 0.1},
    )


def run(size: int, files: int, ours: int, reference: int) -> dict[str, Any]:
    """Return one run of `copy_memory`, in MiB."""
    return {
        "bytes": size * MIB,
        "files": files,
        "ours_growth": ours * MIB,
        "reference_growth": reference * MIB,
    }


def measured(**changes: Finding) -> dict[str, Finding]:
    """Return every figure that is drawn, some of them changed."""
    memory = [run(1024, 4, 6, 400), run(4096, 1, 8, 4000)]
    figures = {
        "cold_start": finding(80.0, 64.0, 1.25, eager_ms=1280.0, times_as_fast_as_eager=16.0),
        "copy_bytes": finding(0.0002, 2.0, 0.0001),
        "copy_memory": finding(8.0, 4000.0, 0.002, memory),
        "copy_wall": finding(0.2, 20.0, 100.0),
        "manifest": finding(2.2, 2.0, 1.1),
        "scan": finding(0.5, 20.0, 40.0),
        "intake": finding(30.0, 20.0, 1.5),
        "operations": finding(43.0, 43.0, 1.0),
        "listing": finding(100.0, 80.0, 1.25),
        "decisions": finding(900.0, None, None),
    }
    return {**figures, **changes}


def parsed(svg: str) -> ET.Element:
    """Return the root of a picture."""
    return ET.fromstring(svg)  # noqa: S314 -- drawn here


def texts(svg: str) -> list[str]:
    """Return what is written on a picture, in the order in which it was."""
    return [each.text or "" for each in parsed(svg).iter(f"{SVG}text")]


def lengths(svg: str, looks: str) -> list[float]:
    """Return how long the bars of these looks are, in pixels, from the top."""
    paths = parsed(svg).iter(f"{SVG}path")
    outlines = [each.attrib["d"] for each in paths if each.attrib["class"] == looks]
    return [_length(outline) for outline in outlines]


def _length(outline: str) -> float:
    straight, tip = re.findall(r"h(-?[\d.]+)q(-?[\d.]+)", outline)[0]
    return float(straight) + float(tip)
