"""Works through many items on a few threads, holding no more than the items in hand.

A future for each of 10,000 files takes 2 kB each before anything is done. Knows threads only.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait


def work_through[T](
    items: Iterable[T],
    work: Callable[[T], None],
    *,
    threads: int,
    name: str,
    meanwhile: Callable[[], None] = lambda: None,
    every: float | None = None,
) -> None:
    """Do `work` for every item, some at a time; return when all are done.

    Args:
        items: taken one by one, never two at once.
        work: done for each, in any order; the first error ends it all once what is in hand has ended.
        threads: how many at a time.
        name: of the threads.
        meanwhile: done by the caller's own thread, `every` so many seconds.
        every: see `meanwhile`; None: never.
    """
    feed = _Feed(iter(items))
    with ThreadPoolExecutor(threads, name) as pool:
        pending = {pool.submit(_drain, feed, work) for _ in range(threads)}
        try:
            while pending:
                done, pending = wait(pending, every, FIRST_EXCEPTION)
                _require(done)
                if pending:
                    meanwhile()
        except BaseException:
            feed.end()
            raise


class _Feed[T]:
    """An iterator that several threads take from."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._ended = False
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._lock:
            if self._ended:
                raise StopIteration
            return next(self._items)

    def end(self) -> None:
        """Give out nothing more."""
        self._ended = True


def _drain[T](feed: _Feed[T], work: Callable[[T], None]) -> None:
    for item in feed:
        work(item)


def _require(done: Iterable[Future[None]]) -> None:
    for each in done:
        each.result()
