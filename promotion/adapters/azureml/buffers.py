"""Memory that is lent out and given back, so that work on large files never grows.

Knows bytes only.
"""

import io
import threading
from typing import override


class Buffers:
    """Up to a number of equal buffers, made when first needed, lent out and given back."""

    def __init__(self, count: int, size: int) -> None:
        self.size = size
        self._slots = threading.Semaphore(count)
        self._free: list[bytearray] = []

    def borrow(self) -> bytearray:
        """Return a buffer, after waiting for one."""
        self._slots.acquire()
        return self._take()

    def try_borrow(self) -> bytearray | None:
        """Return a buffer if one is free now."""
        return self._take() if self._slots.acquire(blocking=False) else None

    def give_back(self, buffer: bytearray) -> None:
        """Let others use a buffer again."""
        self._free.append(buffer)
        self._slots.release()

    def _take(self) -> bytearray:
        # The one used last: its pages are warm, and those never needed are never made.
        try:
            return self._free.pop()
        except IndexError:
            return bytearray(self.size)


class BufferReader(io.RawIOBase):
    """A buffer as a file to read from, without holding its bytes a second time."""

    def __init__(self, view: memoryview) -> None:
        super().__init__()
        self._view = view
        self._position = 0

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what io passes
        piece = self._view[self._position : self._position + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: len(self._view)}
        self._position = max(0, min(start[whence] + offset, len(self._view)))
        return self._position

    @override
    def tell(self) -> int:
        return self._position
