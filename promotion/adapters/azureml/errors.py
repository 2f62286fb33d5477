"""Turns what Azure answers into the product's own errors, without any secret.

Messages never quote a token or a signature, and neither do the causes that travel with them:
libraries put whole URLs into their exceptions, so a cause is replaced by its scrubbed words.
Knows status codes and exceptions; nothing of assets' content.
"""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError

from promotion.domain.assets import Home, Registry
from promotion.domain.errors import (
    BrokenError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PromotionError,
    RetryableError,
)
from promotion.wire import answers

_QUERY: Final = re.compile(r"\?[^\s\"'<>)]*")
_SIGNATURE: Final = re.compile(r"\b(sig|code|token|AccountKey)=[^&\s\"'<>;]+", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\b(Bearer\s+)?eyJ[\w.=-]+|\bBearer\s+\S+", re.IGNORECASE)
_LONGEST: Final = 600
_WAITS: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    },
)


_UNREACHED: Final = (
    "Let the app's network reach that storage account (private endpoint or firewall rule)."
)
#: The code of a signature in the app's own name that opens less than it signs.
_REFUSED_REMEDIES: Final = {
    "AuthorizationPermissionMismatch": "Assign the app's identity the role Storage Blob Data Reader "
    "on that storage account; a new role works after minutes.",
}
#: How Azure ML answers to a name that no asset can have.
_NO_NAME: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_URI_TOO_LONG})


class AzureFault(Exception):  # noqa: N818 - not raised alone: it is the scrubbed cause of an error
    """What a library reported, in its own words but without secrets."""


def scrub(text: str) -> str:
    """Return `text` without queries of URLs, signatures and tokens, cut to a readable length."""
    clean = _TOKEN.sub("[token]", _SIGNATURE.sub(r"\1=[secret]", _QUERY.sub("?[query]", text)))
    return clean if len(clean) <= _LONGEST else f"{clean[:_LONGEST]}..."


def cause(error: BaseException) -> AzureFault:
    """Return the scrubbed stand-in for an exception, to raise an error from."""
    return AzureFault(f"{type(error).__name__}: {scrub(str(error))}")


@contextmanager
def translated(doing: str, home: Home, identity: str) -> Iterator[None]:
    """Raise the product's error for any error of Azure's inside the block.

    Args:
        doing: what was tried, to follow "While": `reading azureml://...`.
        home: the registry or workspace it was tried on.
        identity: who the app is, for the person who must assign a role.

    Raises:
        NotFoundError: 404.
        ForbiddenError: 401 or 403.
        RetryableError: 408, 429, 500, 502, 503, 504, no answer, or no token.
        BrokenError: any other answer.
    """
    try:
        yield
    except AzureError as error:
        raise fault(error, doing, home, identity) from cause(error)


@contextmanager
def names_accepted(what: str, home: Home) -> Iterator[None]:
    """Raise the product's error for a name that the service refuses; any other error passes.

    Args:
        what: the asset or registry that is named in the address and nowhere else.
        home: the registry or workspace it was asked of.

    Raises:
        InvalidError: 400 or 414.
    """
    try:
        yield
    except HttpResponseError as error:
        if error.status_code not in _NO_NAME:
            raise
        raise InvalidError(
            f"{_where(home)} takes {what[:_LONGEST]} for no possible name: {message_of(error)}",
            "Names and versions are letters, digits, hyphens, underscores and dots, 255 at most, with a "
            "letter or digit first. Correct it where it was given: the event, the call or the policy.",
        ) from cause(error)


def fault(error: AzureError, doing: str, home: Home, identity: str) -> PromotionError:
    """Return the product's error for one of Azure's; see `translated`."""
    status = status_of(error)
    if status is None:
        return _unanswered(error, doing)
    if status == HTTPStatus.NOT_FOUND:
        return NotFoundError(f"While {doing}: {_where(home)} answered that there is no such thing.")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return forbidden(doing, home, identity)
    if status in _WAITS:
        return RetryableError(
            f"While {doing}: {_where(home)} answered {status} ({code_of(error)}).",
            "It is tried again.",
            after=retry_after(error),
        )
    return BrokenError(
        f"While {doing}: {_where(home)} answered {status}: {message_of(error)}",
        "Look at the message; if it does not help, ask Azure support with the time of this error.",
    )


@contextmanager
def storage_translated(doing: str, home: Home) -> Iterator[None]:
    """Raise the product's error for any error of blob storage's inside the block.

    Raises:
        RetryableError: a file changed meanwhile (412), storage is busy or does not answer.
        ForbiddenError: 401 or 403: network rules, or a signature that ended.
        BrokenError: any other answer.
    """
    try:
        yield
    except AzureError as error:
        raise storage_fault(error, doing, home) from cause(error)


def storage_fault(error: AzureError, doing: str, home: Home) -> PromotionError:
    """Return the product's error for one of blob storage's; see `storage_translated`."""
    status, code = status_of(error), code_of(error)
    if status is None or status in _WAITS:
        answered = f"answered {status} ({code})" if status else f"did not answer ({_type(error)})"
        return RetryableError(
            f"While {doing}: the storage behind {_where(home)} {answered}.",
            "It is tried again; if it goes on, look at the network rules between the app and it.",
            after=retry_after(error),
        )
    if status == HTTPStatus.PRECONDITION_FAILED:
        return RetryableError(f"While {doing}: a file changed meanwhile.", "It is tried again.")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return ForbiddenError(
            f"While {doing}: the storage behind {_where(home)} refused access ({code}).",
            _REFUSED_REMEDIES.get(code, _UNREACHED),
        )
    return BrokenError(
        f"While {doing}: the storage behind {_where(home)} answered {status} ({code}).",
        "Look up the code in Azure's list of blob service errors.",
    )


def forbidden(doing: str, home: Home, identity: str) -> ForbiddenError:
    """Return the error of an identity without its role, naming the role to assign."""
    role = "AzureML Registry User" if isinstance(home, Registry) else "AzureML Data Scientist"
    return ForbiddenError(
        f"While {doing}: {identity} may not do this in {_where(home)}.",
        f"Assign {identity} the role {role} on {_where(home)}; a new role works after minutes.",
    )


def status_of(error: AzureError) -> int | None:
    """Return the HTTP status behind an error, or None: there was no answer."""
    return error.status_code if isinstance(error, HttpResponseError) else None


def code_of(error: AzureError) -> str:
    """Return the service's own error code: `ServerBusy`, `UserError`; empty when it gave none."""
    response: Any = getattr(error, "response", None)
    header = "" if response is None else response.headers.get("x-ms-error-code", "")
    return scrub(header or str(getattr(error.__dict__.get("error"), "code", "") or ""))


def message_of(error: AzureError) -> str:
    """Return the service's message, scrubbed."""
    inner = getattr(error.__dict__.get("error"), "message", None)
    return scrub(str(inner or error.message))


def retry_after(error: AzureError) -> dt.timedelta | None:
    """Return how long the other side asked to wait, when it did."""
    response: Any = getattr(error, "response", None)
    headers = {} if response is None else response.headers
    return answers.retry_after(headers, now=dt.datetime.now(dt.UTC))


def _unanswered(error: AzureError, doing: str) -> PromotionError:
    if isinstance(error, ClientAuthenticationError):
        return RetryableError(
            f"While {doing}: there was no token for Azure: {scrub(error.message)}",
            "If it goes on: check that the app's managed identity is switched on.",
        )
    return RetryableError(
        f"While {doing}: no answer ({type(error).__name__}).",
        "It is tried again; if it goes on, look at the network rules between the app and Azure.",
    )


def _type(error: AzureError) -> str:
    return type(error).__name__


def _where(home: Home) -> str:
    return f"{'registry' if isinstance(home, Registry) else 'workspace'} {home.name}"
