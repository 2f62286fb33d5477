"""The page of figures and the files of its pictures: they tell the same."""

import re
from pathlib import Path

import pytest

from bench import page, results
from bench.pictures import drawn
from tests.pictured import SVG, measured, parsed


def test_the_page_shows_each_picture_with_its_words() -> None:
    written = page.figures(measured())

    for name, picture in drawn(measured()).items():
        assert f"![{picture.words}](images/{name})" in written


def test_the_pictures_in_the_repository_are_those_the_page_tells_of() -> None:
    told = dict(re.findall(r"!\[(.+?)\]\(images/(performance-.+?)\)", page.PAGE.read_text()))

    assert sorted(told.values()) == sorted(drawn({}))
    for words, name in told.items():
        words_drawn = parsed((page.IMAGES / name).read_text()).find(f"{SVG}desc")
        assert words_drawn is not None
        assert words_drawn.text == words


def test_writing_the_page_writes_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "ROOT", tmp_path)
    monkeypatch.setattr(page, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr(page, "IMAGES", tmp_path)
    page.PAGE.write_text(f"{page.BEGIN}\n{page.END}\n")
    results.keep(tmp_path / "build" / "bench.json", measured())

    assert page.main() == 0

    for name, picture in drawn(measured()).items():
        assert (tmp_path / name).read_text() == picture.svg
