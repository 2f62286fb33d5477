"""The bytes of a pickle, read forward in chunks; long arguments are stepped over, not read.

Knows no opcode. `i` and `end` are positions inside `buf`; the walker's loop uses them directly, as a call for
every opcode would double its time.
"""

from typing import Final

from promotion.checks.scan.problems import TruncatedError
from promotion.checks.scan.sources import Source

_CHUNK: Final = 64 * 1024
#: First read, so that a pickle of a few hundred bytes beside a gigabyte costs a few hundred bytes.
_FIRST: Final = 4 * 1024


class Tape:
    """A reading position in a source."""

    __slots__ = ("_ahead", "_source", "base", "buf", "end", "i")

    def __init__(self, source: Source, position: int = 0) -> None:
        self._source = source
        self._ahead = _FIRST
        self.base = position
        self.buf = b""
        self.i = 0
        self.end = 0

    @property
    def position(self) -> int:
        """Where the next byte comes from."""
        return self.base + self.i

    def fill(self, count: int = 1) -> None:
        """Have at least `count` bytes at hand.

        Raises:
            TruncatedError: the source ends before.
        """
        self.base += self.i
        self.i = 0
        self.buf = self._source.read(self.base, max(count, self._ahead))
        self.end = len(self.buf)
        self._ahead = _CHUNK
        if self.end < count:
            raise TruncatedError("a pickle", self.base)

    def take(self, count: int) -> bytes:
        """Return the next bytes; for short arguments."""
        if self.i + count > self.end:
            self.fill(count)
        start = self.i
        self.i = start + count
        return self.buf[start : self.i]

    def skip(self, count: int) -> None:
        """Step over bytes without reading them.

        Raises:
            TruncatedError: the source is known to end before.
        """
        if self.i + count <= self.end:
            self.i += count
            return
        size = self._source.known_size
        if size is not None and self.position + count > size:
            raise TruncatedError("an argument of a pickle opcode", self.position)
        self.jump(self.position + count)

    def jump(self, position: int) -> None:
        """Go to a place."""
        self.base = position
        self.buf = b""
        self.i = self.end = 0
        self._ahead = _FIRST

    def line(self, keep: int) -> bytes | None:
        """Return the bytes up to a newline and step over it; nothing when there are more than `keep`.

        Raises:
            TruncatedError: the source ends before a newline.
        """
        start = self.position
        head = self.buf[self.i : self.end]
        while (at := self.buf.find(b"\n", self.i)) < 0:
            self.i = self.end
            self.fill()
            if len(head) <= keep:
                head += self.buf
        self.i = at + 1
        length = self.position - start - 1
        return head[:length] if length <= keep else None
