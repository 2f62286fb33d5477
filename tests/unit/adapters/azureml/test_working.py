"""Many items on a few threads: all done once, few at a time, ended by the first error."""

import threading
import time
from collections.abc import Iterator

import pytest

from promotion.adapters.azureml.working import work_through


def test_every_item_is_worked_on_once() -> None:
    done: list[int] = []

    work_through(range(1000), done.append, threads=8, name="t")

    assert sorted(done) == list(range(1000))


def test_nothing_to_do_is_done() -> None:
    done: list[int] = []

    work_through([], done.append, threads=8, name="t")

    assert done == []


def test_no_more_items_are_taken_than_there_are_threads() -> None:
    in_hand: list[int] = []
    done: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            in_hand.append(number + 1 - len(done))
            yield number

    work_through(items(), done.append, threads=4, name="t")

    assert max(in_hand) <= 4


def test_only_so_many_are_worked_on_at_a_time() -> None:
    lock, now, most = threading.Lock(), 0, 0

    def work(_: int) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.002)
        with lock:
            now -= 1

    work_through(range(40), work, threads=3, name="t")

    assert 1 <= most <= 3


def test_the_first_error_ends_it_once_what_is_in_hand_has_ended() -> None:
    begun: list[int] = []
    ended: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        if number == 5:
            raise ValueError(number)
        time.sleep(0.01)
        ended.append(number)

    with pytest.raises(ValueError, match="5"):
        work_through(range(1000), work, threads=4, name="t")

    assert len(begun) < 100
    assert sorted([*ended, 5]) == sorted(begun)


def test_the_caller_does_something_meanwhile() -> None:
    seen: list[float] = []

    work_through(
        range(4),
        lambda _: time.sleep(0.1),
        threads=2,
        name="t",
        meanwhile=lambda: seen.append(time.monotonic()),
        every=0.02,
    )

    assert len(seen) >= 2
