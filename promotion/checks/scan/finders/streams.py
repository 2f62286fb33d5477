"""Finder for compressed streams: what comes out is looked at like a file of its own."""

from typing import Final

from promotion.checks.scan.codecs import Codec
from promotion.checks.scan.inflate import InflatedSource
from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.problems import ProblemError
from promotion.checks.scan.subject import Subject

CODECS: Final = {
    Kind.GZIP: Codec.GZIP,
    Kind.ZLIB: Codec.ZLIB,
    Kind.BZIP2: Codec.BZIP2,
    Kind.XZ: Codec.XZ,
    Kind.LZMA: Codec.LZMA,
    Kind.LZ4: Codec.LZ4,
}

#: Extensions that only say how a file is compressed; taken off, what remains names the content.
_COMPRESSIONS: Final = {"gz": "", "bz2": "", "xz": "", "lzma": "", "lz4": "", "z": "", "zlib": "", "tgz": ".tar", "tbz2": ".tar", "txz": ".tar"}  # fmt: skip


#: Compressions with a dictionary of up to 32 MiB; one of them may be open at a time.
_HEAVY: Final = {Codec.XZ, Codec.LZMA}


def find(subject: Subject, codec: Codec) -> None:
    """Look at the decompressed content, then make sure that nothing follows it."""
    budget = subject.budget
    if codec in _HEAVY and budget.heavy_streams:
        raise ProblemError("too-deep", "An xz or lzma stream lies inside another one.")
    budget.heavy_streams += codec in _HEAVY
    try:
        _look_into(subject, codec)
    finally:
        budget.heavy_streams -= codec in _HEAVY


def _look_into(subject: Subject, codec: Codec) -> None:
    inner = InflatedSource(subject.source, codec, subject.budget)
    subject.examine(subject.child(_inner_name(subject.base), inner))
    # Reading to the end proves that the stream is whole.
    if inner.size >= 0 and inner.tail is not None:
        raise ProblemError("trailing-data", "Data follows the compressed stream.", inner.tail)


def _inner_name(base: str) -> str:
    head, _, ending = base.rpartition(".")
    return head + _COMPRESSIONS[ending] if head and ending in _COMPRESSIONS else base
