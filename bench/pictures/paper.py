"""A card to draw on, as SVG: text, bars and lines in the product's colours. Knows no figure.

Each drawing is one plain file without script, font or address. It brings its own ground and both its
colours, so that it can be read wherever it is shown, by light and in the dark.
"""

from typing import Final
from xml.etree import ElementTree as ET

import msgspec

from bench.scale import GIB, MIB
from bench.table import number

WIDTH: Final = 760
MARGIN: Final = 28

#: Class -> what is coloured, by light, in the dark: the colours of promotion/web/static/app.css.
_COLOURS: Final = {
    "card": ("fill", "#ffffff", "#181e28"),
    "edge": ("stroke", "#d9dfe8", "#2e3847"),
    "ink": ("fill", "#18212e", "#e7ecf3"),
    "soft": ("fill", "#535f70", "#a6b2c3"),
    "halo": ("stroke", "#ffffff", "#181e28"),
    "grid": ("stroke", "#e6eaf1", "#262f3c"),
    "base": ("stroke", "#7b8797", "#7e8b9f"),
    "goal": ("stroke", "#18212e", "#e7ecf3"),
    "ours": ("fill", "#2f4bb8", "#8ea4fb"),
    "missed": ("fill", "#b3261e", "#f28b82"),
    "theirs": ("fill", "#a3aebd", "#5d6b80"),
    "pale": ("fill", "#e4e9f2", "#2a3444"),
}
_THINNEST: Final = 3.0
_ROUND: Final = 4.0
_SHAPES: Final = (
    'text{font-family:"Segoe UI",system-ui,-apple-system,Roboto,"Helvetica Neue","DejaVu Sans",sans-serif;'
    "font-variant-numeric:tabular-nums}"
    ".halo{stroke-width:4;stroke-linejoin:round;paint-order:stroke}"
    ".head{font-size:19px;font-weight:650}.lead{font-size:13px}.name{font-size:14px;font-weight:600}"
    ".told{font-size:12.5px}.value{font-size:15px;font-weight:700}.note{font-size:11.5px}"
    ".goal{stroke-width:2;stroke-linecap:round}"
)


class Picture(msgspec.Struct, frozen=True):
    """A drawing, and the same in words for who does not see it."""

    svg: str
    words: str


class Paper:
    """A card that is written on from top to bottom."""

    def __init__(self, height: int, title: str, lead: str, words: str) -> None:
        """Begin a card with its title and what must be known to read it; `words` tell all of it."""
        self._words = words
        self._root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {WIDTH} {height}",
                "width": str(WIDTH),
                "height": str(height),
                "role": "img",
                "aria-labelledby": "title words",
            },
        )
        for tag, name, content in (("title", "title", title), ("desc", "words", words)):
            ET.SubElement(self._root, tag, {"id": name}).text = content
        ET.SubElement(self._root, "style").text = _sheet()
        self._add("rect", "card edge", x=0.5, y=0.5, width=WIDTH - 1, height=height - 1, rx=12)
        self.text("head ink", MARGIN, 40, title)
        self.text("lead soft", MARGIN, 62, lead)

    def text(self, looks: str, x: float, y: float, content: str, anchor: str = "start") -> None:
        """Write a line of text; `looks` are classes of the sheet."""
        self._add("text", looks, x=x, y=y, **{"text-anchor": anchor}).text = content

    def bar(self, looks: str, start: float, end: float, y: float, height: float) -> None:
        """Draw a bar with a round tip from `start` to `end`; the least length can still be seen."""
        if end == start:
            return
        ahead = -1 if end < start else 1
        width = max(abs(end - start), _THINNEST)
        tip = min(_ROUND, width)
        there, back = _shown(ahead * (width - tip)), _shown(-ahead * (width - tip))
        curve, turn = (
            f"{_shown(ahead * tip)} {_shown(tip)}",
            f"{_shown(-ahead * tip)} {_shown(tip)}",
        )
        outline = f"M{_shown(start)} {_shown(y)}h{there}q{_shown(ahead * tip)} 0 {curve}"
        outline += f"v{_shown(height - 2 * tip)}q0 {_shown(tip)} {turn}h{back}z"
        self._add("path", looks, d=outline)

    def line(self, looks: str, x: float, top: float, bottom: float) -> None:
        """Draw an upright line."""
        self._add("line", looks, x1=x, x2=x, y1=top, y2=bottom)

    def finished(self) -> Picture:
        """Return the drawing."""
        ET.indent(self._root)
        return Picture(ET.tostring(self._root, encoding="unicode") + "\n", self._words)

    def _add(self, tag: str, looks: str, **places: float | str) -> ET.Element:
        shown = {key: _shown(value) for key, value in places.items()}
        return ET.SubElement(self._root, tag, {"class": looks, **shown})


def size(count: int) -> str:
    """Return a number of bytes in the unit that leaves it short."""
    return f"{number(count / GIB)} GiB" if count >= GIB else f"{number(count / MIB)} MiB"


def _shown(value: float | str) -> str:
    """Return a place with a tenth of a pixel, or a word as it is."""
    return value if isinstance(value, str) else f"{round(value, 1):g}"


def _sheet() -> str:
    light, dark = (
        "".join(f".{name}{{{each[0]}:{each[1 + at]}}}" for name, each in _COLOURS.items())
        for at in range(2)
    )
    return f"{light}{_SHAPES}@media (prefers-color-scheme:dark){{{dark}}}"
