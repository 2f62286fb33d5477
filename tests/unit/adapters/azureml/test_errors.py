"""Azure's answers become the product's errors; secrets never travel with them."""

import datetime as dt
import traceback

import pytest
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
)

from promotion.adapters.azureml.errors import fault, scrub, storage_fault, translated
from promotion.domain.assets import Home, Registry, Workspace
from promotion.domain.errors import (
    BrokenError,
    ForbiddenError,
    NotFoundError,
    PromotionError,
    RetryableError,
)

PROD = Registry("prod")
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJvaWQiOiIxIn0.c2lnbmF0dXJl"
URL = f"https://a.blob.core.windows.net/c/b?sv=1&sig=abc%2Fdef%3D&token={TOKEN}"


class Answer:
    """As much of a response as errors look at."""

    def __init__(self, status: int, **headers: str) -> None:
        self.status_code = status
        self.reason = "planned"
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.content_type = "application/json"

    def text(self) -> str:
        """Return the body."""
        return ""


def answered(status: int, **headers: str) -> HttpResponseError:
    """Return the error of an answer."""
    return HttpResponseError("planned", response=Answer(status, **headers))  # type: ignore[arg-type]  # as much as is read


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BrokenError),
        (401, ForbiddenError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (408, RetryableError),
        (409, BrokenError),
        (429, RetryableError),
        (500, RetryableError),
        (502, RetryableError),
        (503, RetryableError),
        (504, RetryableError),
        (501, BrokenError),
    ],
)
def test_a_status_decides_who_must_act(status: int, kind: type[PromotionError]) -> None:
    assert type(fault(answered(status), "reading", PROD, "the app")) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BrokenError),
        (403, ForbiddenError),
        (404, BrokenError),
        (412, RetryableError),
        (503, RetryableError),
    ],
)
def test_storage_s_status_decides_too(status: int, kind: type[PromotionError]) -> None:
    assert type(storage_fault(answered(status), "reading", PROD)) is kind


@pytest.mark.parametrize("error", [ServiceRequestError("x"), ClientAuthenticationError("no token")])
def test_no_answer_and_no_token_are_tried_again(error: AzureError) -> None:
    assert isinstance(fault(error, "reading", PROD, "the app"), RetryableError)


@pytest.mark.parametrize(
    ("home", "role"),
    [(PROD, "AzureML Registry User"), (Workspace("s", "g", "w"), "AzureML Data Scientist")],
)
def test_a_missing_role_is_named_with_who_and_where(home: Home, role: str) -> None:
    error = fault(answered(403), "reading", home, "promotion-app")

    assert role in error.remedy
    assert home.name in error.remedy
    assert "promotion-app" in error.problem


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("17", 17), ("0", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)],
)
def test_a_wish_to_wait_is_handed_on(header: str, seconds: int) -> None:
    error = fault(answered(429, Retry_After=header), "reading", PROD, "the app")

    assert isinstance(error, RetryableError)
    assert error.after == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("header", ["", "soon", "-3", "1.5", "9" * 30, "\u00b2"])
def test_a_wish_that_is_none_is_not_handed_on(header: str) -> None:
    error = fault(answered(429, Retry_After=header), "reading", PROD, "the app")

    assert isinstance(error, RetryableError)
    assert error.after is None


def test_a_long_wait_in_words_of_a_date_is_counted_from_now() -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
    header = later.strftime("%a, %d %b %Y %H:%M:%S GMT")

    error = fault(answered(503, Retry_After=header), "reading", PROD, "the app")

    assert isinstance(error, RetryableError)
    assert error.after is not None
    assert dt.timedelta(minutes=9) < error.after <= dt.timedelta(minutes=10)


@pytest.mark.parametrize(
    "text",
    [
        f"url: {URL} (Caused by ...)",
        f"Authorization: Bearer {TOKEN}",
        "AccountKey=Zm9v;EndpointSuffix=core",
        "sig=abc%3D",
    ],
)
def test_secrets_are_scrubbed(text: str) -> None:
    clean = scrub(text)

    for secret in (TOKEN, "abc%2Fdef", "abc%3D", "Zm9v"):
        assert secret not in clean


def test_long_texts_are_cut() -> None:
    assert len(scrub("x" * 10_000)) < 700


def test_neither_the_error_nor_its_cause_tells_a_secret() -> None:
    def fail() -> None:
        with translated("reading", PROD, "the app"):
            raise ServiceRequestError(f"cannot connect to {URL}")

    with pytest.raises(RetryableError) as caught:
        fail()

    told = "".join(traceback.format_exception(caught.value))
    assert "ServiceRequestError" in told
    assert "abc%2Fdef" not in told
    assert TOKEN not in told
