"""Finder for raw tensors, known by their place: bytes that no other format may claim.

Raw numbers begin like anything by chance, so only long marks count, and opcodes that work.
"""

from typing import Final

from promotion.checks.scan import polyglot
from promotion.checks.scan.codecs import Codec
from promotion.checks.scan.inflate import InflatedSource
from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.problems import ProblemError
from promotion.checks.scan.sniff import sniff
from promotion.checks.scan.subject import Subject

#: What raw numbers cannot be by chance.
_NO_TENSOR: Final = frozenset(
    {Kind.ZIP, Kind.TAR, Kind.NPY, Kind.HDF5, Kind.XZ, Kind.BZIP2, Kind.LZMA, Kind.LZ4, Kind.EXECUTABLE, Kind.UNSUPPORTED, Kind.GGUF}
)  # fmt: skip
#: Compressions whose marks are two bytes; what comes out counts.
_SHORT_MARKS: Final = {Kind.GZIP: Codec.GZIP, Kind.ZLIB: Codec.ZLIB}
_SCRIPT: Final = b"#!/"


def find(subject: Subject) -> None:
    """Block what is something else than a tensor."""
    kind = sniff(subject.source, "")
    if kind in _NO_TENSOR:
        subject.block(
            "kind-mismatch", f"It lies where a tensor belongs, but its content is {kind.value}.", 0
        )
    if subject.source.read(0, len(_SCRIPT)) == _SCRIPT:
        subject.block("script", "It lies where a tensor belongs, and begins like a script.", 0)
    polyglot.check(subject)
    if kind in _SHORT_MARKS:
        _check_inflated(subject, _SHORT_MARKS[kind])


def _check_inflated(subject: Subject, codec: Codec) -> None:
    inflated = InflatedSource(subject.source, codec, subject.budget)
    try:
        polyglot.check(subject.child("inflated", inflated))
    except ProblemError as problem:
        # Numbers that only begin like a stream.
        if problem.rule not in {"unreadable", "truncated"}:
            raise


def find_or_archive(subject: Subject) -> None:
    """Look at raw bytes, or at a torch file where one may lie in their place."""
    if sniff(subject.source, "") is Kind.ZIP:
        subject.examine(subject.child("torch file", subject.source))
    else:
        find(subject)
