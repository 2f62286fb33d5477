"""A refusal is tried again when time or an operator can mend it, and given up when nothing can."""

import datetime as dt

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.errors import BrokenError, RetryableError
from promotion.wire import answers
from tests.building import NOW

REMEDIES = {403: "Give it the role."}


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_not_now_is_tried_again(status: int) -> None:
    error = answers.refusal("The topic", status, remedies=REMEDIES)

    assert isinstance(error, RetryableError)
    assert f"The topic answered {status}" in error.problem


def test_what_an_operator_mends_is_tried_again_and_says_how() -> None:
    error = answers.refusal("The topic", 403, "Forbidden", remedies=REMEDIES)

    assert isinstance(error, RetryableError)
    assert error.remedy == "Give it the role."


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_would_be_refused_for_ever_is_given_up(status: int) -> None:
    error = answers.refusal("The topic", status, "Malformed.", remedies=REMEDIES)

    assert isinstance(error, BrokenError)
    assert "Malformed." in error.problem


def test_a_redirection_is_not_followed_and_says_so() -> None:
    error = answers.refusal("The topic", 302, remedies=REMEDIES)

    assert isinstance(error, RetryableError)
    assert "not followed" in error.remedy


def test_how_long_to_wait_is_passed_on() -> None:
    wait = dt.timedelta(seconds=17)

    error = answers.refusal("The topic", 429, after=wait, remedies={})

    assert isinstance(error, RetryableError)
    assert error.after == wait


def test_a_failed_sign_in_is_told_apart_from_silence() -> None:
    signed_out = answers.unanswered("The topic", ClientAuthenticationError("no identity"))
    silent = answers.unanswered("The topic", ServiceRequestError("https://host/?sig=secret"))

    assert "could not sign in" in signed_out.problem
    assert silent.problem == "The topic did not answer: ServiceRequestError."


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0", 0),
        ("17", 17),
        (" 17 ", 17),
        ("999999999", 86_400),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sun, 01 Mar 2026 12:02:00 -0000", 120),
    ],
)
def test_both_forms_of_retry_after_are_read(written: str, seconds: int) -> None:
    wait = answers.retry_after({"Retry-After": written}, now=NOW)

    assert wait == dt.timedelta(seconds=seconds)


@given(st.text(max_size=40))
def test_anything_else_counts_as_nothing_said_or_a_sane_time(written: str) -> None:
    wait = answers.retry_after({"Retry-After": written}, now=NOW)

    assert wait is None or dt.timedelta(0) <= wait <= dt.timedelta(days=1)


def test_no_header_says_nothing() -> None:
    assert answers.retry_after({}, now=NOW) is None
