"""Places of requests in a listing: the newest first, whatever the clock's digits."""

import datetime as dt

import pytest

from promotion.domain.errors import InvalidError
from promotion.domain.ordering import EPOCH, age_first, check_cursor, micros, place
from tests.building import NOW, opened

ID = "p" * 26


def test_a_place_counts_down_in_microseconds_and_ends_in_the_id() -> None:
    assert age_first(EPOCH, ID) == f"100000000000000000_{ID}"
    assert age_first(EPOCH + dt.timedelta(days=1, microseconds=1), ID) == f"99999913599999999_{ID}"
    assert age_first(dt.datetime(5138, 11, 16, tzinfo=dt.UTC), ID) == f"00000035200000000_{ID}"


def test_microseconds_are_counted_whole() -> None:
    assert micros(EPOCH + dt.timedelta(seconds=2, microseconds=3)) == 2_000_003


def test_the_newest_request_stands_first() -> None:
    earlier = opened(now=NOW).request
    later = opened(now=NOW + dt.timedelta(microseconds=1)).request

    assert place(later) < place(earlier)
    assert place(earlier) == age_first(NOW, earlier.id)


@pytest.mark.parametrize("cursor", ["", f"99999913599999999_{ID}"])
def test_a_place_is_a_cursor_and_so_is_none(cursor: str) -> None:
    assert check_cursor(cursor) == cursor


@pytest.mark.parametrize(
    "cursor", [ID, f"9_{ID}", f"99999913599999999_{ID}\n", f"x99999913599999999_{ID}"]
)
def test_what_came_from_no_page_is_no_cursor(cursor: str) -> None:
    with pytest.raises(InvalidError):
        check_cursor(cursor)
