"""NCRONTAB: when a timer runs next, and what is no schedule."""

import datetime as dt

import pytest

from sandbox.functions_host.schedule import Schedule

_NOW = dt.datetime(2026, 3, 1, 12, 30, 15, tzinfo=dt.UTC)  # a Sunday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 * * * * *", "2026-03-01T12:31:00+00:00"),
        ("*/10 * * * * *", "2026-03-01T12:30:20+00:00"),
        ("0 */15 * * * *", "2026-03-01T12:45:00+00:00"),
        ("0 0 3 * * *", "2026-03-02T03:00:00+00:00"),
        ("0 0 0 * * Mon-Fri", "2026-03-02T00:00:00+00:00"),
        ("0 0 0 * * Tuesday", "2026-03-03T00:00:00+00:00"),
        ("0 0 0 1 January *", "2027-01-01T00:00:00+00:00"),
        ("0 0 0 29 2 *", "2028-02-29T00:00:00+00:00"),
        ("30 5,35 * * * *", "2026-03-01T12:35:30+00:00"),
    ],
)
def test_the_next_time_is_found(text: str, expected: str) -> None:
    assert Schedule.parse(text).next_after(_NOW).isoformat() == expected


def test_day_and_day_of_week_must_both_match_other_than_in_cron() -> None:
    friday_the_13th = Schedule.parse("0 0 0 13 * Fri")

    assert friday_the_13th.next_after(_NOW).isoformat() == "2026-03-13T00:00:00+00:00"
    after = friday_the_13th.next_after(dt.datetime(2026, 3, 14, tzinfo=dt.UTC))
    assert after.isoformat() == "2026-11-13T00:00:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * * *",
        "* * * * * * *",
        "60 * * * * *",
        "0 0 0 30 2 *",
        "0 0 0 * * 7",
        "0 0 0 L * *",
        "0 0 0 * * Fri#2",
        "0 0 0 ? * *",
        "0 0 0 * Foo *",
        "@daily",
        "00:05:00",
        "0 0 0 * * *\u0663",
    ],
)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="schedule "):
        Schedule.parse(text)


def test_runs_more_often_than_once_a_minute_are_not_made_up_for() -> None:
    assert Schedule.parse("0 * * * * *").is_monitored
    assert not Schedule.parse("*/30 * * * * *").is_monitored
