"""Decompressors with one face: feed bytes, take at most so many out. Knows no file and no rule.

gzip, zlib, deflate, bzip2, xz and lzma come from the standard library, LZ4 frames from the `lz4` package, which
is imported only when a file needs it.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Protocol, cast

import msgspec


class Codec(StrEnum):
    """A compression that the scan can undo."""

    GZIP = "gzip"
    ZLIB = "zlib"
    DEFLATE = "deflate"
    BZIP2 = "bzip2"
    XZ = "xz"
    LZMA = "lzma"
    LZ4 = "lz4"


#: xz -6 needs 9 MiB, -9 needs 65; what needs more than this cannot be judged in bounded memory.
_LZMA_MEMORY: Final = 36 * 1024 * 1024

_XZ_CHECK_HEAD: Final = b"\xfd7zXZ\x00"


class Decoder(Protocol):
    """One stream being decompressed."""

    @property
    def eof(self) -> bool:
        """Whether the stream's own end was reached."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether nothing comes out before more goes in."""
        ...

    @property
    def unused_data(self) -> bytes | None:
        """What was fed beyond the stream's end."""
        ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most `max_length` decompressed bytes; raises what the library raises."""
        ...


class _ZlibDecoder:
    """zlib's object with the face that bz2's and lzma's have."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)
        self._full = False

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        # A full answer may leave output inside zlib even when all input was taken.
        return not self._inner.eof and not self._inner.unconsumed_tail and not self._full

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        content = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self._full = len(content) == max_length
        return content


class StreamFormat(msgspec.Struct, frozen=True):
    """How to begin a stream, and how another one behind it is recognized."""

    start: Callable[[], Decoder]
    #: The first bytes of a following stream; without any, a second stream is data behind the end.
    magic: bytes = b""


def _lz4() -> Decoder:
    import lz4.frame  # noqa: PLC0415 - only files compressed by LZ4 need it

    return cast("Decoder", lz4.frame.LZ4FrameDecompressor())


FORMATS: Final[dict[Codec, StreamFormat]] = {
    Codec.GZIP: StreamFormat(lambda: _ZlibDecoder(31), b"\x1f\x8b"),
    Codec.ZLIB: StreamFormat(lambda: _ZlibDecoder(15)),
    Codec.DEFLATE: StreamFormat(lambda: _ZlibDecoder(-15)),
    Codec.BZIP2: StreamFormat(bz2.BZ2Decompressor, b"BZh"),
    Codec.XZ: StreamFormat(
        lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _LZMA_MEMORY), _XZ_CHECK_HEAD
    ),
    Codec.LZMA: StreamFormat(lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, _LZMA_MEMORY)),
    Codec.LZ4: StreamFormat(_lz4, b"\x04\x22\x4d\x18"),
}

#: What the libraries raise on damaged input; lz4 raises RuntimeError.
DECODE_ERRORS: Final = (OSError, EOFError, ValueError, RuntimeError, zlib.error, lzma.LZMAError)
