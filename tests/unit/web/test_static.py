"""The style sheet and the icon: how long they are kept, and that the colours can be read."""

import re
from pathlib import Path

import pytest

from promotion.web.pages import static
from tests.surfing import READER, Surfer, attributes, tree

SHEET = (Path(static.__file__).parent.parent / "static" / "app.css").read_text()


def test_the_style_sheet_is_kept_for_ever_under_the_address_pages_use() -> None:
    surfer = Surfer()
    (link,) = tree(surfer.call("GET", "/", READER)).query('link[rel="stylesheet"]')

    answer = surfer.call("GET", attributes(link)["href"], None)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789abcdef"])
def test_under_any_other_address_it_is_asked_for_each_time(query: str) -> None:
    surfer = Surfer()

    answer = surfer.call("GET", f"/static/app.css{query}", None)
    again = surfer.call(
        "GET", f"/static/app.css{query}", None, If_None_Match=answer.headers["ETag"]
    )

    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("path", ["/favicon.ico", "/static/favicon.svg"])
def test_there_is_an_icon(path: str) -> None:
    answer = Surfer().call("GET", path, None)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")


@pytest.mark.parametrize(
    "path", ["/static/../settings.py", "/static/%2e%2e/site.py", "/static/x.css"]
)
def test_no_other_file_is_served(path: str) -> None:
    assert Surfer().call("GET", path, None).status == 404


def test_the_style_sheet_takes_nothing_from_elsewhere() -> None:
    assert not re.search(r"url\(|@import|https?:", SHEET)


def palettes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{([^}]*--ground[^}]*--shadow[^}]*)\}", SHEET)[:2]
    return {
        name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        for name, block in (("light", light), ("dark", dark))
    }


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 computes it."""

    def luminance(colour: str) -> float:
        channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        red, green, blue = (
            each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
            for each in channels
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_ON_GROUND = [
    *((text, ground) for text in ("ink", "soft", "accent") for ground in ("ground", "surface")),
    *((text, "sunken") for text in ("ink", "soft", "accent-strong")),
    *((tone, f"{tone}-ground") for tone in ("good", "bad", "warn", "info", "still")),
    *((tone, "surface") for tone in ("good", "bad", "warn", "info", "still")),
    *(("ink", f"{tone}-ground") for tone in ("good", "bad", "warn", "info", "still")),
    *(("accent", f"{tone}-ground") for tone in ("info",)),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]


@pytest.mark.parametrize("palette", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read(palette: str, text: str, ground: str) -> None:
    colours = palettes()[palette]

    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("palette", ["light", "dark"])
@pytest.mark.parametrize("ground", ["surface", "ground"])
def test_edges_of_controls_can_be_seen(palette: str, ground: str) -> None:
    colours = palettes()[palette]

    assert contrast(colours["edge"], colours[ground]) >= 3


def test_the_contrast_is_computed_as_wcag_does() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
