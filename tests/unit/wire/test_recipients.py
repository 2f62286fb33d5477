"""Every recipient is told on their own; who was told lately is not told again while others wait."""

import pytest

from promotion.domain.errors import BrokenError, RetryableError
from promotion.wire.recipients import RecipientLaterError, Told, tell_each

EVERYONE = ("a@b.example", "c@b.example", "d@b.example")


class Post:
    """Takes mail, except for recipients who are refused."""

    def __init__(self, **refused: Exception) -> None:
        self.refused = {f"{name}@b.example": error for name, error in refused.items()}
        self.asked: list[str] = []

    def __call__(self, recipient: str) -> None:
        self.asked.append(recipient)
        if recipient in self.refused:
            raise self.refused[recipient]


def test_everyone_is_told() -> None:
    post = Post()

    tell_each("fact-1", EVERYONE, Told(), post)

    assert post.asked == list(EVERYONE)


def test_a_recipient_who_must_wait_keeps_no_other_waiting() -> None:
    post, told = Post(a=RecipientLaterError("greylisted")), Told()

    with pytest.raises(RetryableError, match="greylisted"):
        tell_each("fact-1", EVERYONE, told, post)

    assert told.of("fact-1") == set(EVERYONE[1:])


def test_a_repetition_asks_only_for_those_who_were_not_told() -> None:
    post, told = Post(a=RecipientLaterError("greylisted")), Told()
    with pytest.raises(RetryableError):
        tell_each("fact-1", EVERYONE, told, post)
    post.refused.clear()
    post.asked.clear()

    tell_each("fact-1", EVERYONE, told, post)

    assert post.asked == ["a@b.example"]


def test_a_service_that_is_away_is_not_asked_for_everyone() -> None:
    post = Post(a=RetryableError("away"))

    with pytest.raises(RetryableError, match="away"):
        tell_each("fact-1", EVERYONE, Told(), post)

    assert post.asked == ["a@b.example"]


def test_recipients_refused_for_good_are_named_after_all_others_were_told() -> None:
    post, told = Post(a=BrokenError("no a"), d=BrokenError("no d")), Told()

    with pytest.raises(BrokenError, match=r"no a no d"):
        tell_each("fact-1", EVERYONE, told, post)

    assert told.of("fact-1") == {"c@b.example"}


def test_waiting_comes_before_giving_up() -> None:
    post = Post(a=BrokenError("no a"), d=RecipientLaterError("wait"))

    with pytest.raises(RetryableError, match="wait"):
        tell_each("fact-1", EVERYONE, Told(), post)


def test_only_the_latest_facts_are_remembered() -> None:
    told = Told(remembered=2)

    for number in range(3):
        told.add(f"fact-{number}", "a@b.example")

    assert told.of("fact-0") == frozenset()
    assert told.of("fact-2") == {"a@b.example"}
