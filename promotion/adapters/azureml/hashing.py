"""SHA-256 of many blobs at once, each read once, in bounded memory.

A hash needs its bytes in order; storage is fastest when asked for many ranges side by side. So
ranges of a file are fetched ahead in parallel and hashed in order, small files whole, several
files at a time, and all buffers together come from one pool that never grows. Buffers are reused:
memory that is allocated anew for every range does not all come back. Knows stores and bytes.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import msgspec

from promotion.adapters.azureml.buffers import Buffers
from promotion.adapters.azureml.settings import CopySettings
from promotion.adapters.azureml.store import Blob, Store
from promotion.adapters.azureml.working import work_through

#: How many ranges of one file are fetched ahead at most.
_AHEAD: Final = 8


class _Range(msgspec.Struct):
    """A range on its way into a buffer of the pool."""

    buffer: bytearray
    length: int
    arrival: Future[None]


def sha256_of(
    store: Store,
    blobs: Iterable[Blob],
    settings: CopySettings,
    *,
    seen: Callable[[int], None] = lambda _: None,
) -> dict[str, str]:
    """Return the hexadecimal SHA-256 of every blob, by name.

    Args:
        store: where the blobs are.
        blobs: as they were listed; each is read only while it still has that ETag.
        settings: how parallel, how much memory.
        seen: told the number of bytes after each piece that was hashed.

    Raises:
        AzureError: what reading raises; `ResourceModifiedError` when a blob has changed.
    """
    blobs = list(blobs)
    # Long streams cost storage less than many ranges; where files are few, ranges make up for it.
    many = sum(blob.size > settings.read_range for blob in blobs) >= settings.streams
    buffers = Buffers(max(2, settings.memory // settings.read_range), settings.read_range)
    hashes: dict[str, str] = {}
    # Fetchers are as many as buffers: a range that has its buffer never waits for a thread.
    with ThreadPoolExecutor(settings.memory // settings.read_range, "fetch") as fetchers:

        def hash_one(blob: Blob) -> None:
            pieces = _pieces(store, blob, buffers, fetchers, many=many)
            hashes[blob.name] = _sha256(pieces, seen)

        work_through(blobs, hash_one, threads=settings.parallel, name="hash")
    return hashes


def _sha256(pieces: Iterator[bytes | memoryview], seen: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        seen(len(piece))
    return digest.hexdigest()


def _pieces(
    store: Store,
    blob: Blob,
    buffers: Buffers,
    fetchers: ThreadPoolExecutor,
    *,
    many: bool,
) -> Iterator[bytes | memoryview]:
    if blob.size <= buffers.size:
        return _whole(store, blob, buffers)
    if many:
        return store.stream(blob.name, offset=0, length=blob.size, etag=blob.etag)
    return _in_order(store, blob, buffers, fetchers)


def _in_order(
    store: Store,
    blob: Blob,
    buffers: Buffers,
    fetchers: ThreadPoolExecutor,
) -> Iterator[memoryview]:
    ahead: deque[_Range] = deque()
    offset = 0
    try:
        while offset < blob.size or ahead:
            offset = _fetch_ahead(store, blob, offset, ahead, buffers, fetchers)
            first = ahead.popleft()
            try:
                first.arrival.result()
                yield memoryview(first.buffer)[: first.length]
            finally:
                buffers.give_back(first.buffer)
    finally:
        _drop(ahead, buffers)


def _whole(store: Store, blob: Blob, buffers: Buffers) -> Iterator[memoryview]:
    if not blob.size:
        return
    buffer = buffers.borrow()
    try:
        view = memoryview(buffer)[: blob.size]
        store.read_into(view, blob.name, offset=0, etag=blob.etag)
        yield view
    finally:
        buffers.give_back(buffer)


def _fetch_ahead(
    store: Store,
    blob: Blob,
    offset: int,
    ahead: deque[_Range],
    buffers: Buffers,
    fetchers: ThreadPoolExecutor,
) -> int:
    # One buffer is waited for, so that every file moves on; more are taken only when they are free.
    while offset < blob.size and len(ahead) < _AHEAD:
        buffer = buffers.try_borrow() if ahead else buffers.borrow()
        if buffer is None:
            break
        length = min(len(buffer), blob.size - offset)
        view = memoryview(buffer)[:length]
        arrival = fetchers.submit(store.read_into, view, blob.name, offset=offset, etag=blob.etag)
        ahead.append(_Range(buffer, length, arrival))
        offset += length
    return offset


def _drop(ahead: deque[_Range], buffers: Buffers) -> None:
    # After an error: a buffer is given back only when nothing writes into it any more.
    for each in ahead:
        each.arrival.cancel()
        if not each.arrival.cancelled():
            each.arrival.exception()
        buffers.give_back(each.buffer)
