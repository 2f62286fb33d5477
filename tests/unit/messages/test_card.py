"""A card is small, holds text from outside as text alone, and offers pages, never decisions."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.assets import AssetRef
from promotion.domain.facts import FactType
from promotion.domain.results import Outcome
from promotion.messages import card
from promotion.messages.compose import TOLD, compose
from promotion.messages.notice import CheckLine, Detail, Notice, Tone
from tests.building import DEV
from tests.telling import PUBLIC_URL, hostile_words, result, story

_ANY_TEXT = st.text(max_size=400)
_ELEMENTS = {"AdaptiveCard", "Container", "ColumnSet", "Column", "RichTextBlock", "TextRun"}


def content(body: bytes) -> dict[str, Any]:
    """Return the card of a webhook's body, after checking its envelope."""
    envelope = msgspec.json.decode(body)
    (attachment,) = envelope["attachments"]
    assert envelope["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["contentUrl"] is None
    found: dict[str, Any] = attachment["content"]
    return found


def elements(value: object) -> Iterator[dict[str, Any]]:
    """Return every object of a card that has a type."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for each in value.values():
            yield from elements(each)
    elif isinstance(value, list):
        for each in value:
            yield from elements(each)


def texts(shown: dict[str, Any]) -> list[str]:
    """Return the text of every run."""
    return [each["text"] for each in elements(shown) if each["type"] == "TextRun"]


def hostile(words: str, kind: FactType = FactType.APPROVAL_REQUESTED) -> Notice:
    """Return a notice whose every text from outside is `words`."""
    asset = AssetRef(home=DEV, kind=story(kind)[0].asset.kind, name=words, version=words)
    checks = tuple(result(words, outcome, words) for outcome in Outcome for _ in range(20))
    request, fact = story(kind, asset, words=words, checks=checks, reason=words)
    notice = compose(request, fact, PUBLIC_URL)
    assert notice is not None
    return notice


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_every_notice_makes_a_card_of_known_elements_in_version_1_4(kind: FactType) -> None:
    request, fact = story(kind)
    notice = compose(request, fact, PUBLIC_URL)
    assert notice is not None

    shown = content(card.message(notice))

    assert (shown["type"], shown["version"]) == ("AdaptiveCard", "1.4")
    assert {each["type"] for each in elements(shown)} == {*_ELEMENTS, "Action.OpenUrl"}


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_a_card_says_all_that_the_notice_says(kind: FactType) -> None:
    request, fact = story(kind)
    notice = compose(request, fact, PUBLIC_URL)
    assert notice is not None

    shown = content(card.message(notice))

    written = "\n".join([*texts(shown), *(action["url"] for action in shown["actions"])])
    assert [text for text in notice.texts() if text not in written] == []


def test_a_repetition_is_the_same_card_and_shows_the_facts_id() -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED)
    first, second = (compose(request, fact, PUBLIC_URL) for _ in range(2))
    assert first is not None
    assert second is not None

    assert card.message(first) == card.message(second)
    assert f"Notice {fact.id}" in texts(content(card.message(first)))


@pytest.mark.parametrize("words", hostile_words())
@pytest.mark.parametrize("kind", [FactType.APPROVAL_REQUESTED, FactType.REQUEST_REJECTED])
def test_hostile_text_stands_in_runs_alone_and_expands_nothing(words: str, kind: FactType) -> None:
    shown = content(card.message(hostile(words, kind)))

    assert {each["type"] for each in elements(shown)} <= {*_ELEMENTS, "Action.OpenUrl"}
    for text in texts(shown):
        assert "{{" not in text
        assert "}}" not in text
        assert not {unicodedata.category(letter) for letter in text} & {"Cc", "Cf", "Cs", "Zl"}


@given(_ANY_TEXT)
def test_whatever_the_texts_hold_no_macro_is_left(words: str) -> None:
    shown = content(card.message(hostile(f"{words}{{\u200b{{DATE(x)}}\u200b}}{words}")))

    assert not [text for text in texts(shown) if re.search(r"\{\{|\}\}", text)]


@given(_ANY_TEXT)
def test_a_card_is_below_20_kilobytes_whatever_the_evidence(words: str) -> None:
    longest = (words or "x") * (300 // len(words or "x") + 1)

    assert len(card.message(hostile(longest))) < 20_000


@pytest.mark.parametrize("letter", ["\U0001f600", '"', "\\", "é", "\u0800", "{", "x"])
def test_the_largest_notice_there_can_be_fits(letter: str) -> None:
    long = letter * 600
    notice = Notice(
        fact="f" * 40,
        request="r" * 26,
        tone=Tone.ASK,
        heading="Still waiting for approval",
        subject=long,
        lead=long,
        details=tuple(Detail(label="Must agree", value=long) for _ in range(30)),
        checks_heading="Checks: 0 of 99 passed",
        checks=tuple(CheckLine(name=long, outcome=Outcome.FAILED, summary=long) for _ in range(20)),
        quote=long,
        advice=long,
        links=hostile("x").links,
    )

    assert len(card.message(notice)) < 20_000


def test_a_card_that_had_to_leave_checks_out_says_how_many() -> None:
    shown = content(card.message(hostile("\U0001f600" * 255)))

    left_out = [text for text in texts(shown) if text.endswith("more on the request's page.")]
    assert len(left_out) == 1


def test_the_words_for_clients_without_cards_hold_nothing_from_outside() -> None:
    shown = content(card.message(hostile("**evil**")))

    assert shown["fallbackText"].startswith("Approval needed: https://promotion.example/")
    assert "evil" not in shown["fallbackText"]
