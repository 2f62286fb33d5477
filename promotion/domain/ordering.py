"""Where a request stands in a listing: the newest first, then by id. Also the form of cursors."""

import datetime as dt
import re
from typing import Final

from promotion.domain.errors import InvalidError
from promotion.domain.request import Request

EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

_MICROSECOND: Final = dt.timedelta(microseconds=1)
#: Microseconds until the year 5138: above every time, so that places have a fixed width.
_FAR: Final = 10**17
_PLACE: Final = re.compile(r"[0-9]{17}_[a-z2-7]{26}", re.ASCII)


def place(request: Request) -> str:
    """Return the text by which requests sort, the newest first; it ends in the request's id."""
    return age_first(request.created_at, request.id)


def age_first(created_at: dt.datetime, request_id: str) -> str:
    """Return the place of a request of which only age and id are known."""
    return f"{_FAR - micros(created_at):017d}_{request_id}"


def check_cursor(cursor: str) -> str:
    """Return the cursor if it is a place or empty.

    Raises:
        InvalidError: it did not come from a page.
    """
    if cursor and not _PLACE.fullmatch(cursor):
        raise InvalidError(
            "The cursor is not one of this list.",
            "Take `next_cursor` of the page before, as it is.",
        )
    return cursor


def micros(moment: dt.datetime) -> int:
    """Return microseconds since 1970."""
    return (moment - EPOCH) // _MICROSECOND
