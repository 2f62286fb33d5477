"""What Azure Tables answers, translated into the product's words."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)

from promotion.domain.errors import BrokenError, RetryableError
from promotion.wire import answers

#: Answers to a conditional write that lost: somebody else wrote first.
_LOST = frozenset({HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.NOT_FOUND})
_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class LostRaceError(RetryableError):
    """A write found something else than it expected; where no other meaning is known, it is tried again.

    Writes without any condition lose races, too: two that put the same row in place at once.
    """

    def __init__(self) -> None:
        """Say what is so of each of them."""
        super().__init__("Somebody else wrote to table storage at the same moment.")


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn the SDK's errors into RetryableError, BrokenError or LostRaceError.

    ResourceNotFoundError passes: what a missing row means depends on which one it is.
    """
    try:
        yield
    except ResourceNotFoundError:
        raise
    except (ResourceExistsError, ResourceModifiedError) as error:
        raise LostRaceError from error
    except HttpResponseError as error:
        raise _of_status(error) from error
    except AzureError as error:
        # No answer at all, or half of one: it may or may not have been written.
        raise RetryableError(f"Table storage did not answer: {type(error).__name__}.") from error


def _of_status(error: HttpResponseError) -> Exception:
    status = error.status_code or 0
    code = getattr(error, "error_code", "") or ""
    if status in _LOST:
        return LostRaceError()
    if status in _AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return RetryableError(
            f"Table storage answered {status} {code}.",
            after=_retry_after(error),
        )
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return RetryableError(
            f"Table storage refused the app's identity ({status} {code}).",
            "Give it the role Storage Table Data Contributor on the storage account.",
        )
    return BrokenError(f"Table storage answered {status} {code}.")


def _retry_after(error: HttpResponseError) -> dt.timedelta | None:
    headers: Mapping[str, str] = getattr(error.response, "headers", {})
    return answers.retry_after(headers, now=dt.datetime.now(dt.UTC))
