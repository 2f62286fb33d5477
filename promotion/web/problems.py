"""What is answered when a call is refused: RFC 9457 problems, one kind per status. Knows no route."""

from typing import Final

import msgspec

from promotion.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PromotionError,
    RefusedError,
    RetryableError,
    StaleError,
)
from promotion.web.shapes import Promotion

_URN: Final = "urn:mlpromotion:problem:"


class Kind(msgspec.Struct, frozen=True):
    """A kind of problem: its name (the end of `type`), its status, its title."""

    name: str
    status: int
    title: str


MALFORMED: Final = Kind("malformed", 400, "The call cannot be read")
UNAUTHENTICATED: Final = Kind("unauthenticated", 401, "Sign in first")
FORBIDDEN: Final = Kind("forbidden", 403, "This is not yours to do")
NOT_FOUND: Final = Kind("not-found", 404, "There is nothing here")
METHOD: Final = Kind("method-not-allowed", 405, "This address does not take that method")
CONFLICT: Final = Kind("conflict", 409, "The state of things does not allow it")
STALE: Final = Kind("stale", 412, "The request changed since you looked")
TOO_LARGE: Final = Kind("too-large", 413, "The body is too large")
MEDIA_TYPE: Final = Kind("unsupported-media-type", 415, "The body has the wrong type")
INVALID: Final = Kind("invalid", 422, "The call is not valid")
UNCONDITIONAL: Final = Kind("precondition-required", 428, "Say which revision you looked at")
TOO_MANY: Final = Kind("too-many-requests", 429, "Too many writes in a short time")
INTERNAL: Final = Kind("internal", 500, "Something went wrong on our side")
UNAVAILABLE: Final = Kind("unavailable", 503, "Not available for the moment")


class FieldError(msgspec.Struct, frozen=True):
    """One thing that is wrong with one part of the input."""

    #: A path into the body (`$.verdict`), or a parameter's or a header's name.
    field: str
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """A problem as RFC 9457 writes it, with what to do about it."""

    type: str
    title: str
    status: int
    detail: str
    #: The path that was called; for a 500 the incident's own URN.
    instance: str
    #: What to do about it.
    remedy: str
    #: Everything that is wrong with the input, not only the first.
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET
    #: With 412: the request as it is now.
    current: Promotion | msgspec.UnsetType = msgspec.UNSET


class HttpError(PromotionError):
    """A refusal of the protocol's making, with the kind of problem and the headers that go with it."""

    def __init__(
        self,
        kind: Kind,
        problem: str,
        remedy: str = "",
        *,
        headers: dict[str, str] | None = None,
        errors: tuple[FieldError, ...] = (),
    ) -> None:
        super().__init__(problem, remedy)
        self.kind = kind
        self.headers = headers or {}
        self.errors = errors


def kind_of(error: PromotionError) -> Kind:
    """Return the kind of problem that an error is told as."""
    match error:
        case HttpError():
            return error.kind
        case RefusedError():
            return _refusal(error)
        case RetryableError():
            return UNAVAILABLE
        case _:
            return INTERNAL


def _refusal(error: RefusedError) -> Kind:
    kinds: dict[type[RefusedError], Kind] = {
        InvalidError: INVALID,
        ForbiddenError: FORBIDDEN,
        NotFoundError: NOT_FOUND,
        ConflictError: CONFLICT,
        StaleError: STALE,
    }
    return next((kind for type_, kind in kinds.items() if isinstance(error, type_)), CONFLICT)


def headers_of(error: PromotionError) -> dict[str, str]:
    """Return the headers that belong to an error: `Retry-After`, `Allow`, `WWW-Authenticate`."""
    match error:
        case HttpError():
            return error.headers
        case RetryableError(after=after):
            seconds = int(after.total_seconds()) if after else 0
            return {"Retry-After": str(max(seconds, 1))}
        case _:
            return {}


def problem(error: PromotionError, *, path: str, current: Promotion | None = None) -> Problem:
    """Return an error as a problem. `current` is the request as it is now, where that helps."""
    kind = kind_of(error)
    errors = list(error.errors) if isinstance(error, HttpError) and error.errors else msgspec.UNSET
    return Problem(
        type=f"{_URN}{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=error.problem,
        instance=path,
        remedy=error.remedy,
        errors=errors,
        current=current if current is not None else msgspec.UNSET,
    )


def incident(number: str) -> Problem:
    """Return the problem for an error that nobody foresaw; `number` finds it in the logs."""
    return Problem(
        type=f"{_URN}{INTERNAL.name}",
        title=INTERNAL.title,
        status=INTERNAL.status,
        detail="The error was recorded. Nothing is told here of what it was.",
        instance=f"urn:uuid:{number}",
        remedy=f"Try again; if it stays, give an operator the number {number}.",
    )
