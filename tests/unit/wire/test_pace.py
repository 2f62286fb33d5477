"""Calls are kept apart, and too long a queue is sent back instead of holding up workers."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from promotion.domain.errors import RetryableError
from promotion.wire.pace import Pace


def test_calls_of_many_threads_are_an_interval_apart() -> None:
    pace = Pace(per_second=50.0)

    def call(_number: int) -> float:
        pace.wait()
        return time.monotonic()

    with ThreadPoolExecutor(8) as pool:
        times = sorted(pool.map(call, range(8)))

    assert times[-1] - times[0] >= 7 / 50 - 0.015


def test_the_first_call_does_not_wait() -> None:
    began = time.monotonic()

    Pace(per_second=0.1).wait()

    assert time.monotonic() - began < 1


def test_a_queue_that_is_too_long_is_sent_back_with_its_waiting_time() -> None:
    pace = Pace(per_second=0.1)
    pace.wait()

    with pytest.raises(RetryableError) as refused:
        pace.wait()

    assert refused.value.after is not None
    assert dt.timedelta(seconds=9) < refused.value.after <= dt.timedelta(seconds=10)
