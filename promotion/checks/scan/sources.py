"""Bytes that finders read by ranges: the file itself, a part of it, or a buffer.

Knows windows and counting, not what the bytes mean. A source returns fewer bytes than asked only where it
ends; nothing else here decides what that is worth.
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from promotion.checks.scan.model import ManyRangesReader, RangeReader
from promotion.checks.scan.problems import ProblemError, TruncatedError

#: First read at a place; enough for a zip member's header, its padding and the start of its content.
_SMALL: Final = 8 * 1024
#: Largest read-ahead, reached by doubling while the reading goes straight on.
_LARGE: Final = 256 * 1024
#: Windows kept; archives alternate between their directory and their members.
_WINDOWS: Final = 4


class Source(Protocol):
    """Bytes by ranges."""

    @property
    def size(self) -> int:
        """Length in bytes; a compressed source is read to its end to find out."""
        ...

    @property
    def known_size(self) -> int | None:
        """Length in bytes if it is known without reading."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return the bytes of a range, fewer only where the source ends."""
        ...

    def prefetch(self, offsets: Iterable[int]) -> None:
        """Have what begins at these places at hand, where that is cheaper than reading them one by one."""
        ...


class ReaderError(Exception):
    """The reader raised: nothing was learnt about the content, so it ends the scan and reaches the caller as it was."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class FileSource:
    """A whole file behind its reader, with a few windows of read-ahead, counting what is read."""

    def __init__(self, reader: RangeReader) -> None:
        self._reader = reader
        self.size = reader.size
        self.known_size: int | None = reader.size
        self.bytes_read = 0
        self._windows: list[tuple[int, bytes]] = []
        #: Windows of the last prefetch.
        self._prefetched: list[tuple[int, bytes]] = []
        self._ahead = _SMALL
        self._next = 0

    def read(self, offset: int, length: int) -> bytes:
        """Return a range, from a window when one covers it."""
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        for start, window in (*self._windows, *self._prefetched):
            if start <= offset and offset + length <= start + len(window):
                return window[offset - start : offset - start + length]
        return self._fetch(offset, length)[:length]

    def _fetch(self, offset: int, length: int) -> bytes:
        straight_on = self._next - _LARGE <= offset <= self._next and self._next > 0
        self._ahead = min(self._ahead * 2, _LARGE) if straight_on else _SMALL
        wanted = min(max(length, self._ahead), self.size - offset)
        window = self._checked(self._ask(lambda: self._reader.read(offset, wanted)), offset, wanted)
        self._next = offset + wanted
        if wanted <= _LARGE:
            self._windows = [(offset, window), *self._windows[: _WINDOWS - 1]]
        return window

    def prefetch(self, offsets: Iterable[int]) -> None:
        """Read the windows that begin at these places side by side; those that one window covers, once."""
        reader, apart = self._reader, list[int]()
        for offset in sorted(offsets):
            if not apart or offset >= apart[-1] + _SMALL:
                apart.append(offset)
        if len(apart) < _WINDOWS or not isinstance(reader, ManyRangesReader):
            return
        ranges = [(offset, min(_SMALL, max(0, self.size - offset))) for offset in apart]
        windows = self._ask(lambda: reader.read_many(ranges))
        self._prefetched = [
            (offset, self._checked(window, offset, length))
            for (offset, length), window in zip(ranges, windows, strict=True)
        ]

    def _checked(self, window: bytes, offset: int, wanted: int) -> bytes:
        self.bytes_read += len(window)
        if len(window) != wanted:
            raise ProblemError(
                "unreadable",
                f"The file was said to have {self.size:,} bytes but ended early while it was read.",
                offset + len(window),
            )
        return window

    @staticmethod
    def _ask[T](read: Callable[[], T]) -> T:
        try:
            return read()
        except Exception as error:
            raise ReaderError(error) from error


class PartSource:
    """A part of another source, counted from its own start."""

    def __init__(self, source: Source, start: int, length: int) -> None:
        self._source = source
        self._start = start
        self.size = length
        self.known_size: int | None = length

    def read(self, offset: int, length: int) -> bytes:
        """Return a range of the part."""
        return self._source.read(self._start + offset, max(0, min(length, self.size - offset)))

    def prefetch(self, offsets: Iterable[int]) -> None:
        """Have places of the part at hand."""
        self._source.prefetch(self._start + offset for offset in offsets)


class BufferSource:
    """Bytes that are in memory already."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.size = len(content)
        self.known_size: int | None = self.size

    def read(self, offset: int, length: int) -> bytes:
        """Return a range of the buffer."""
        return self._content[offset : offset + max(0, length)]

    def prefetch(self, offsets: Iterable[int]) -> None:
        """Everything is at hand."""


def exactly(source: Source, offset: int, length: int, what: str) -> bytes:
    """Return exactly `length` bytes.

    Raises:
        TruncatedError: the source ends before; `what` says inside what.
    """
    content = source.read(offset, length)
    if len(content) != length:
        raise TruncatedError(what, offset)
    return content


def ends_at(source: Source, offset: int) -> bool:
    """Whether the source has nothing at `offset` or behind it."""
    return not source.read(offset, 1)
