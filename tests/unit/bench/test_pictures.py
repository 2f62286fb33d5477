"""The pictures of the measured figures: their bars are the figures, and what is missing is said."""

import math

import msgspec
import pytest

from bench.figures import copy_memory
from bench.pictures import drawn
from bench.pictures.paper import MARGIN
from bench.scale import MIB
from tests.pictured import (
    GAINS,
    MEMORY,
    OVERHEADS,
    SVG,
    finding,
    lengths,
    measured,
    parsed,
    run,
    texts,
)


def test_a_gain_is_as_long_as_its_power_of_ten() -> None:
    bars = lengths(drawn(measured())[GAINS].svg, "ours")

    powers = [math.log10(times) for times in (10_000, 500, 100, 40, 16)]
    assert bars == pytest.approx([bars[0] * power / powers[0] for power in powers], abs=0.2)


def test_an_overhead_is_as_long_as_what_is_added() -> None:
    bars = lengths(drawn(measured())[OVERHEADS].svg, "ours")

    # Nothing is added to the count of storage requests: that row has no bar.
    assert bars == pytest.approx([bars[2] * added / 50 for added in (25, 10, 50, 25)], abs=0.2)


@pytest.mark.parametrize(
    ("name", "bar", "mark"),
    [(GAINS, 0, "10,000×"), (GAINS, 2, "100×"), (OVERHEADS, 1, "+10%"), (OVERHEADS, 2, "+50%")],
)
def test_a_bar_ends_where_the_axis_says_its_value(name: str, bar: int, mark: str) -> None:
    svg = drawn(measured())[name].svg
    (at,) = [
        float(each.attrib["x"])
        for each in parsed(svg).iter(f"{SVG}text")
        if each.text == mark and each.attrib["class"] == "note soft"
    ]

    assert MARGIN + lengths(svg, "ours")[bar] == pytest.approx(at, abs=0.2)


def test_the_mark_of_a_goal_that_is_just_met_stands_at_the_tip_of_the_bar() -> None:
    svg = drawn(measured())[OVERHEADS].svg

    goals = [
        float(each.attrib["x1"])
        for each in parsed(svg).iter(f"{SVG}line")
        if each.attrib["class"] == "goal"
    ]

    assert goals[2] == pytest.approx(MARGIN + lengths(svg, "ours")[2], abs=0.2)


def test_memory_is_drawn_on_the_scale_of_the_models() -> None:
    svg = drawn(measured())[MEMORY].svg

    models, theirs = lengths(svg, "pale"), lengths(svg, "theirs")
    assert [*models, *theirs] == pytest.approx(
        [models[1] * size / 4096 for size in (1024, 4096, 400, 4000)], abs=0.2
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (
            GAINS,
            [
                *("10,000×", "of the model: ours 0.02% · azure-ai-ml 200%"),
                *("500×", "up to 4 GiB: ours 8 MiB · azure-ai-ml 4,000 MiB", "goal: 48 MiB"),
                *("100×", "1 GiB in 4 files: ours 0.2 s · azure-ai-ml 20 s", "goal: 20×"),
                *("40×", "1 GiB torch file: ours 0.5 s · download and picklescan 20 s"),
                *("16×", "ours 80 ms · azure-ai-ml at the top 1,280 ms", "goal: 4×"),
            ],
        ),
        (
            MEMORY,
            ["1 GiB in 4 files", "6 MiB", "400 MiB", "4 GiB in 1 file", "8 MiB", "4,000 MiB"],
        ),
        (
            OVERHEADS,
            [
                *("+25%", "ours: 80 ms · the empty app: 64 ms", "goal: +30%"),
                *("+10%", "ours: 2.2 s · a plain download: 2 s", "goal: +15%"),
                *("+50%", "ours: 30 ms · the bare writes: 20 ms", "goal: +50%"),
                *("+25%", "among 100,000: 100 ms · among 50: 80 ms"),
                *("the same", "with 100,000 stored: 43 · with none: 43", "goal: the same"),
            ],
        ),
    ],
)
def test_a_picture_says_the_measured_numbers(name: str, written: list[str]) -> None:
    assert set(written) <= set(texts(drawn(measured())[name].svg))


@pytest.mark.parametrize(
    ("figure", "name"),
    [
        *(
            (each, GAINS)
            for each in ("copy_bytes", "copy_memory", "copy_wall", "scan", "cold_start")
        ),
        *(
            (each, OVERHEADS)
            for each in ("cold_start", "manifest", "intake", "listing", "operations")
        ),
    ],
)
def test_a_figure_that_is_missing_is_said_and_not_drawn(figure: str, name: str) -> None:
    whole = measured()
    partly = {key: each for key, each in whole.items() if key != figure}

    picture = drawn(partly)[name]

    assert texts(picture.svg).count("not measured in this run") == 1
    assert "not measured in this run" in picture.words
    unbarred = int(figure != "operations")
    assert (
        len(lengths(picture.svg, "ours")) == len(lengths(drawn(whole)[name].svg, "ours")) - unbarred
    )


def test_with_no_figure_at_all_every_picture_says_so() -> None:
    for picture in drawn({}).values():
        assert "not measured in this run" in picture.svg.lower()
        assert lengths(picture.svg, "ours") == []


def test_a_goal_that_is_missed_is_drawn_and_said_as_such() -> None:
    pictures = drawn(measured(manifest=finding(2.6, 2.0, 1.3), copy_wall=finding(2.0, 20.0, 10.0)))

    assert len(lengths(pictures[OVERHEADS].svg, "missed")) == 1
    assert "goal: +15%, missed" in texts(pictures[OVERHEADS].svg)
    assert len(lengths(pictures[GAINS].svg, "missed")) == 1
    assert "goal: 20×, missed" in pictures[GAINS].words


def test_a_goal_of_the_figure_that_is_not_drawn_is_said_when_it_is_missed() -> None:
    reads_too_much = msgspec.structs.replace(measured()["scan"], met=False)

    gains = drawn(measured(scan=reads_too_much))[GAINS]

    assert "goal: 20×, another goal missed" in texts(gains.svg)
    assert "another goal missed" in gains.words
    assert lengths(gains.svg, "missed") == []


def test_memory_beyond_the_goal_is_drawn_as_missed() -> None:
    over = copy_memory.GOAL // MIB + 1

    svg = drawn(measured(copy_memory=finding(over, 400.0, 0.1, [run(1024, 4, over, 400)])))[
        MEMORY
    ].svg

    assert len(lengths(svg, "missed")) == 1
    assert lengths(svg, "ours") == []


def test_what_takes_nothing_reaches_the_end_of_the_axis() -> None:
    none = finding(0.0, 4000.0, 0.0, [run(1024, 4, 0, 400)])

    pictures = drawn(measured(copy_memory=none))

    bars = lengths(pictures[GAINS].svg, "ours")
    assert "none at all" in texts(pictures[GAINS].svg)
    assert bars[1] == max(bars)
    assert "0 MiB" in texts(pictures[MEMORY].svg)


def test_what_is_worse_than_the_reference_goes_the_other_way() -> None:
    pictures = drawn(
        measured(copy_wall=finding(40.0, 20.0, 0.05), intake=finding(15.0, 20.0, 0.75))
    )

    assert lengths(pictures[GAINS].svg, "missed")[0] < 0
    assert min(lengths(pictures[OVERHEADS].svg, "ours")) < 0
    assert "1/10" in texts(pictures[GAINS].svg)
    assert "-20%" in texts(pictures[OVERHEADS].svg)


def test_the_same_figures_give_the_same_pictures() -> None:
    assert drawn(measured()) == drawn(dict(reversed(measured().items())))


def test_each_picture_has_a_title_its_words_and_both_colours() -> None:
    for picture in drawn(measured()).values():
        root = parsed(picture.svg)
        title, words = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert title.text
        assert words is not None
        assert words.text == picture.words
        assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {words.attrib['id']}"
        assert "prefers-color-scheme:dark" in picture.svg
