"""What another service's refusal means for a step: try it again, or never. Knows no single service."""

import datetime as dt
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError

from promotion.domain.errors import BrokenError, RetryableError

#: Answers that say "not now" (RFC 9110 section 15, RFC 6585 section 4).
_LATER: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS},
)
#: Nobody means longer than this; a service that asks for more is asked again all the same.
_LONGEST_WAIT: Final = dt.timedelta(days=1)
_LONGEST_DIGITS: Final = 9
_SHOWN: Final = 300


def refusal(
    who: str,
    status: int,
    said: str = "",
    *,
    after: dt.timedelta | None = None,
    remedies: Mapping[int, str],
) -> RetryableError | BrokenError:
    """Return the error that an HTTP status other than success stands for.

    Args:
        who: the service, as a sentence begins with it.
        status: the HTTP status.
        said: what the service said of the reason.
        after: how long it asked to wait.
        remedies: what an operator does about a status. Such a refusal ends once that is done, so the
            step is tried again rather than given up.
    """
    problem = f"{who} answered {status}{f': {said[:_SHOWN]}' if said else ''}."
    if status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return RetryableError(problem, remedies.get(status, ""), after=after)
    if status in remedies:
        return RetryableError(problem, remedies[status], after=after)
    if status < HTTPStatus.BAD_REQUEST:
        return RetryableError(
            problem,
            "Redirections are not followed: put the address it leads to into the settings.",
        )
    return BrokenError(problem, "Repeating it changes nothing; what was sent must change.")


def translate(
    who: str,
    error: AzureError,
    *,
    remedies: Mapping[int, str],
    now: dt.datetime,
) -> RetryableError | BrokenError:
    """Return what an error of the Azure SDK stands for: an answer, a failed sign-in, or silence."""
    if isinstance(error, HttpResponseError) and error.status_code is not None:
        headers: Mapping[str, str] = getattr(error.response, "headers", {})
        wait = retry_after(headers, now=now)
        said = error.message.splitlines()[0] if error.message else ""
        return refusal(who, error.status_code, said, after=wait, remedies=remedies)
    return unanswered(who, error)


def unanswered(who: str, error: AzureError) -> RetryableError:
    """Return what an error stands for that came before any answer. The error's text is not repeated."""
    if isinstance(error, ClientAuthenticationError):
        return RetryableError(
            f"{who} was not asked: the app's identity could not sign in.",
            "Check that the managed identity is assigned to the app.",
        )
    return RetryableError(f"{who} did not answer: {type(error).__name__}.")


def retry_after(headers: Mapping[str, str], *, now: dt.datetime) -> dt.timedelta | None:
    """Return how long `Retry-After` asks to wait (RFC 9110 section 10.2.3), none when it says nothing.

    Both forms are read, seconds and a date; anything else counts as nothing said.
    """
    written = headers.get("Retry-After", "").strip()
    if written.isascii() and written.isdigit() and len(written) <= _LONGEST_DIGITS:
        return min(dt.timedelta(seconds=int(written)), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(written)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return min(max(until - now, dt.timedelta(0)), _LONGEST_WAIT)
