"""What calls that list in pages share. Knows cursors as parameters, not what they mean."""

from collections.abc import Iterator
from contextlib import contextmanager

from promotion.domain.errors import InvalidError
from promotion.web.problems import MALFORMED, FieldError, HttpError


@contextmanager
def cursor_checked() -> Iterator[None]:
    """Answer a cursor that is none of the list with 400, and the parameter's name.

    Raises:
        HttpError: what is done inside found the cursor to be invalid.
    """
    try:
        yield
    except InvalidError as error:
        errors = (FieldError("cursor", error.problem),)
        raise HttpError(MALFORMED, error.problem, error.remedy, errors=errors) from error
