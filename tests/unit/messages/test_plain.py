"""Text from outside is harmless once it went through `plain`, and values read as people write them."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from promotion.messages import plain

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
#: Lone surrogates included: JSON can smuggle them in.
_ANY_TEXT = st.text(st.characters(categories=("L", "M", "N", "P", "S", "Z", "C")), max_size=600)


@given(_ANY_TEXT, st.integers(min_value=10, max_value=300))
@example("\x1b", 12)
def test_plain_text_is_one_bounded_normalised_line_of_visible_characters(
    text: str, limit: int
) -> None:
    shown = plain.plain(text, limit)

    assert len(shown) <= limit
    assert not {unicodedata.category(letter) for letter in shown} & _UNSEEN
    assert unicodedata.is_normalized("NFC", shown)
    assert shown == shown.strip()


@given(_ANY_TEXT)
def test_plain_text_holds_no_address_that_a_mail_client_would_turn_into_a_link(text: str) -> None:
    shown = plain.plain(f"{text}https://evil.example{text}", 1_300)

    assert "https://" not in shown


@given(_ANY_TEXT)
def test_making_plain_text_plain_again_changes_nothing(text: str) -> None:
    once = plain.plain(text, 300)

    assert plain.plain(once, 300) == once


def test_ordinary_text_is_left_as_it_is() -> None:
    written = "Größe 3 < 4 & “r²” ≥ 0,8: 日本語"

    assert plain.plain(written) == unicodedata.normalize("NFC", written)


def test_an_asset_id_is_left_whole() -> None:
    asset = "azureml://registries/prod/models/taxi-fare/versions/3"

    assert plain.plain(asset) == asset


def test_text_that_has_only_invisible_characters_says_so() -> None:
    assert plain.plain("\u200b\u202e") == "(no visible characters)"


@pytest.mark.parametrize("letter", sorted(plain.BLANK))
def test_letters_that_look_like_nothing_leave_no_empty_name(letter: str) -> None:
    assert plain.plain(letter) in {"(no visible characters)", ""}
    assert plain.plain(f"a{letter}b") in {"ab", "a b"}


def test_an_empty_text_stays_empty() -> None:
    assert plain.plain("") == ""


def test_what_was_cut_off_leaves_an_ellipsis() -> None:
    assert plain.plain("abcdefghij", 5) == "abcd…"


def test_text_behind_a_long_run_of_invisible_characters_counts_as_cut_off() -> None:
    shown = plain.plain("safe" + "\u200b" * 5_000 + "hidden", 20)

    assert shown == "safe…"


@pytest.mark.parametrize("value", [None, 3, 0.5, True, ["a"], {"b": None}])
def test_any_json_value_of_a_fact_becomes_text(value: object) -> None:
    assert plain.plain(value) == ("" if value is None else str(value))


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (1_457_664, "1.4 MiB"),
        (5 * 1024**3, "5.0 GiB"),
        (2**70, "1048576.0 PiB"),
    ],
)
def test_a_size_is_written_in_binary_units(count: int, written: str) -> None:
    assert plain.size(count) == written


def test_a_moment_is_written_in_utc() -> None:
    at = dt.datetime(2026, 3, 8, 14, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))

    assert plain.moment(at) == "Sun 8 March 2026, 12:30 UTC"


def test_a_digest_is_shown_by_its_first_twelve_digits() -> None:
    assert plain.short_digest("sha256:" + "ab" * 32) == "sha256:abababababab"
