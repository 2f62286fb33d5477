"""Readers for tests: bytes in memory, and files of a gigabyte that are mostly zeros and take no memory."""

from collections.abc import Iterable
from typing import Final

from promotion.checks.scan import ScanFile, ScanPolicy, ScanResult, scan_files


class BytesReader:
    """Bytes in memory by ranges, counting what is read."""

    def __init__(self, content: bytes) -> None:
        self._content: Final = content
        self.size = len(content)
        self.bytes_read = 0
        self.reads = 0

    def read(self, offset: int, length: int) -> bytes:
        """Return a range."""
        assert offset >= 0
        assert length >= 0
        found = self._content[offset : offset + length]
        self.bytes_read += len(found)
        self.reads += 1
        return found


class SparseReader:
    """Pieces of bytes with stretches of zeros between them, counting what is read."""

    def __init__(self, pieces: Iterable[bytes | int]) -> None:
        #: A number stands for so many zeros.
        self._pieces: list[tuple[int, bytes | int]] = []
        self.size = 0
        for piece in pieces:
            self._pieces.append((self.size, piece))
            self.size += piece if isinstance(piece, int) else len(piece)
        self.bytes_read = 0

    def read(self, offset: int, length: int) -> bytes:
        """Return a range."""
        found = bytearray(max(0, min(length, self.size - offset)))
        for start, piece in self._pieces:
            if (
                isinstance(piece, int)
                or start >= offset + len(found)
                or start + len(piece) <= offset
            ):
                continue
            first = max(start, offset)
            last = min(start + len(piece), offset + len(found))
            found[first - offset : last - offset] = piece[first - start : last - start]
        self.bytes_read += len(found)
        return bytes(found)


def scan(files: dict[str, bytes], policy: ScanPolicy | None = None) -> ScanResult:
    """Return what the scan says of files in memory."""
    return scan_files(
        [ScanFile(path=path, reader=BytesReader(content)) for path, content in files.items()],
        policy,
    )
