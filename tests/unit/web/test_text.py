"""Texts for people: what is unseen is made visible, sizes and times are said as people say them."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.web import text

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "letter",
    [
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200f",
        "\ufeff",
        "\x00",
        "\x1b",
        "\u2028",
        "\u00ad",
        "\u3164",
    ],
)
def test_letters_that_nobody_sees_show_as_their_codes(letter: str) -> None:
    shown = text.pieces(f"a{letter}b")

    assert shown == [("a", False), (f"U+{ord(letter):04X}", True), ("b", False)]


@pytest.mark.parametrize("name", ["taxi-fare", "größe_2", "模型", "a b", "🚕"])
def test_other_letters_stay_as_they_are(name: str) -> None:
    assert text.pieces(name) == [(name, False)]


def test_line_breaks_stay_in_texts_and_show_in_names() -> None:
    assert text.pieces("a\n\tb", lines=True) == [("a\n\tb", False)]
    assert text.plain("a\nb") == "a[U+000A]b"


@given(st.text())
def test_nothing_unseen_is_left_in_any_text(value: str) -> None:
    shown = text.plain(value)

    assert not [
        letter for letter in shown if unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"}
    ]


def test_a_long_text_is_cut() -> None:
    assert text.plain("abcdef", 4) == "abc…"
    assert text.plain("abcd", 4) == "abcd"


def test_a_code_is_explained_by_its_name() -> None:
    assert text.explained("U+202E") == "U+202E RIGHT-TO-LEFT OVERRIDE"
    assert text.explained("U+0000") == "U+0000 control character"


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1024**2 - 1, "1.0 MiB"),
        (5 * 1024**3, "5.0 GiB"),
        (3 * 1024**6, "3072.0 PiB"),
    ],
)
def test_sizes_are_told_in_binary_units(count: int, shown: str) -> None:
    assert text.size(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "just now"),
        (1, "1 second ago"),
        (59, "59 seconds ago"),
        (60, "1 minute ago"),
        (7200, "2 hours ago"),
        (86_400 * 45, "1 month ago"),
        (86_400 * 800, "2 years ago"),
        (-30, "in 30 seconds"),
        (-86_400 * 6, "in 6 days"),
    ],
)
def test_times_are_told_from_now(seconds: int, shown: str) -> None:
    assert text.relative(NOW - dt.timedelta(seconds=seconds), NOW) == shown


def test_exact_times_are_in_utc() -> None:
    berlin = dt.timezone(dt.timedelta(hours=1))

    assert text.exact(dt.datetime(2026, 3, 1, 13, tzinfo=berlin)) == "2026-03-01 12:00:00 UTC"


def test_counts_know_their_plural() -> None:
    assert [text.counted(number, "file") for number in (0, 1, 1234)] == [
        "0 files",
        "1 file",
        "1,234 files",
    ]


def test_digests_are_short_but_recognisable() -> None:
    assert text.short_digest(f"sha256:{'ab' * 32}") == "sha256:abababababab…"
    assert text.short_digest("cd" * 32) == "cdcdcdcdcdcd…"
