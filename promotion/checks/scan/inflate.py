"""A compressed stream as a source that can be read by ranges. Knows no rule beyond the budget.

Decompression only goes forward. A short stretch behind the reading position stays in memory; going back
further begins again from the start, which the budget counts like everything else.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from promotion.checks.scan.budget import Budget
from promotion.checks.scan.codecs import DECODE_ERRORS, FORMATS, Codec, Decoder
from promotion.checks.scan.problems import ProblemError, TruncatedError, unreadable
from promotion.checks.scan.sources import Source

_IN: Final = 32 * 1024
_OUT: Final = 64 * 1024
#: What beginning one stream counts, against files made of thousands of empty ones.
_STREAM_STEPS: Final = 100
#: How far back a reader may go without starting again.
_KEEP: Final = 192 * 1024


class InflatedSource:
    """What a compressed source holds."""

    def __init__(self, source: Source, codec: Codec, budget: Budget) -> None:
        self._source = source
        self._codec = codec
        self._budget = budget
        self._size: int | None = None
        #: Where data begins that follows the last stream; found when the end was reached.
        self.tail: int | None = None
        self._restart()

    @property
    def size(self) -> int:
        """Length after decompression; reads to the end once."""
        while self._size is None:
            self._pull()
        return self._size

    @property
    def known_size(self) -> int | None:
        """Length after decompression once the end was seen."""
        return self._size

    def read(self, offset: int, length: int) -> bytes:
        """Return a range of the decompressed bytes."""
        if offset < self._start:
            self._restart()
        content = bytearray()
        while length > 0:
            while offset >= self._start + len(self._held) and self._pull():
                pass
            piece = self._held[offset - self._start : offset - self._start + length]
            if not piece:
                break
            content += piece
            offset += len(piece)
            length -= len(piece)
        return bytes(content)

    def prefetch(self, offsets: Iterable[int]) -> None:
        """Decompression only goes forward: nothing can be had before its turn."""

    def _restart(self) -> None:
        self._pieces = self._decode()
        self._start = 0
        self._held = bytearray()

    def _pull(self) -> bool:
        try:
            piece = next(self._pieces, None)
        except ProblemError as problem:
            # Findings count in what comes out, not in what is stored.
            problem.offset = self._start + len(self._held)
            raise
        if piece is None:
            self._size = self._start + len(self._held)
            return False
        surplus = len(self._held) - _KEEP
        if surplus > 0:
            del self._held[:surplus]
            self._start += surplus
        self._held += piece
        return True

    def _decode(self) -> Iterator[bytes]:
        position: int | None = 0
        while position is not None:
            self._budget.spend(_STREAM_STEPS)
            stream = _Stream(self._source, FORMATS[self._codec].start(), position)
            for piece in stream:
                self._budget.inflate(len(piece))
                yield piece
            position = self._following(stream.end)

    def _following(self, end: int) -> int | None:
        """Return where another stream begins behind one that ended, or nothing."""
        magic = FORMATS[self._codec].magic
        head = self._source.read(end, max(1, len(magic)))
        if magic and head == magic:
            return end
        if head:
            self.tail = end
        return None


class _Stream:
    """One stream's pieces; `end` is where it stopped in the compressed source."""

    def __init__(self, source: Source, decoder: Decoder, position: int) -> None:
        self._source = source
        self._decoder = decoder
        self._position = position
        self.end = position

    def __iter__(self) -> Iterator[bytes]:
        while not self._decoder.eof:
            piece = self._step()
            if piece:
                yield piece
        self.end = self._position - len(self._decoder.unused_data or b"")

    def _step(self) -> bytes:
        data = b""
        if self._decoder.needs_input:
            data = self._source.read(self._position, _IN)
            if not data:
                raise TruncatedError("its compressed data", self._position)
            self._position += len(data)
        try:
            return self._decoder.decompress(data, _OUT)
        except DECODE_ERRORS as error:
            raise unreadable(f"Its compressed data is damaged: {error}.", self._position) from error
