"""What an error says, and what it keeps for whoever catches it."""

import datetime as dt

import pytest

from promotion.domain.errors import BrokenError, ConflictError, PromotionError, RetryableError


@pytest.mark.parametrize("kind", [ConflictError, RetryableError, BrokenError])
def test_an_error_says_what_is_wrong_and_what_to_do(kind: type[PromotionError]) -> None:
    error, short = kind("It is busy.", "Wait."), kind("It is busy.")

    assert (error.problem, error.remedy, str(error)) == (
        "It is busy.",
        "Wait.",
        "It is busy. Wait.",
    )
    assert error.args == ("It is busy.", "Wait.")
    assert (short.problem, short.remedy, str(short)) == ("It is busy.", "", "It is busy.")


def test_what_may_succeed_later_keeps_how_long_it_was_asked_to_wait() -> None:
    wait = dt.timedelta(seconds=7)

    assert RetryableError("It is busy.", after=wait).after == wait
    assert RetryableError("It is busy.").after is None
