"""The file of figures, its page and the reference apps: what is measured is what is shown."""

from pathlib import Path
from typing import Any

import pytest

from bench import hosting, page, results, table
from bench.child import ROOT, ChildError, call
from bench.finding import Finding, median, median_ratio


def finding(**changes: Any) -> Finding:  # noqa: ANN401 -- fields of Finding by name
    """Return a figure that was measured."""
    fields: dict[str, Any] = {
        "ours": 1.0,
        "reference": 2.0,
        "ratio": 0.5,
        "unit": "s",
        "goal": "ours <= 1x",
        "met": True,
        "runs": [{"ours_seconds": 1.0}],
        "against": "ours / theirs",
        "machine": {"cores": 2, "load_before": 0.1},
        "measured_at": "2026-03-01T12:00:00+00:00",
    }
    return Finding(**{**fields, **changes})


def test_a_figure_replaces_its_own_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "build" / "bench.json"
    results.keep(path, {"a": finding(ours=1.0), "b": finding(ours=2.0)})

    results.keep(path, {"a": finding(ours=3.0)})

    assert {name: each.ours for name, each in results.read(path).items()} == {"a": 3.0, "b": 2.0}


def test_without_a_file_there_are_no_figures(tmp_path: Path) -> None:
    assert results.read(tmp_path / "none.json") == {}


def test_the_page_shows_each_figure_once_however_often_it_is_written() -> None:
    before = f"Words.\n\n{page.BEGIN}\nSTALE\n{page.END}\n\nMore words.\n"

    once = page.with_figures(before, {"intake": finding(met=False)})

    assert page.with_figures(once, {"intake": finding(met=False)}) == once
    assert "| `intake` | 1 | 2 | s | 0.5 | ours <= 1x | **no** |" in once
    assert once.startswith("Words.")
    assert once.endswith("More words.\n")
    assert "STALE" not in once


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"performance\.md needs"):
        page.with_figures("Words.", {"intake": finding()})


def test_the_page_in_the_repository_has_its_marks() -> None:
    text = page.PAGE.read_text()

    assert text.count(page.BEGIN) == text.count(page.END) == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "-"), (46.0, "46"), (4253.48, "4,253"), (0.0000557, "5.57e-05"), (1.1532, "1.15")],
)
def test_numbers_show_three_digits_that_count(value: float | None, shown: str) -> None:
    assert table.number(value) == shown


def test_the_ratio_is_the_median_of_the_pairs() -> None:
    runs = [{"a": 1.0, "b": 1.0}, {"a": 4.0, "b": 2.0}, {"a": 9.0, "b": 1.0}]

    assert (median(runs, "a"), median_ratio(runs, "a", "b")) == (4.0, 2.0)


def test_what_fails_in_a_child_comes_back_with_its_reason() -> None:
    with pytest.raises(ChildError, match="there is no probe 'none'"):
        call("bench.copying:_probed", copy=None, name="", target="", probe="none")


def test_the_host_for_intake_serves_that_one_trigger_with_its_own_body() -> None:
    source = (ROOT / "function_app.py").read_text()

    only = hosting.only(source, ("on_model_registered",))

    assert only.count("@app.function_name") == 1
    assert "bootstrap.receive_event(" in only
