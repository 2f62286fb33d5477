"""Finder for safetensors: a JSON header that must describe every byte behind it exactly once.

Facts: huggingface/safetensors, README "Format": eight bytes of length, a JSON object, then the buffer; offsets
without holes or overlaps; no duplicate keys.
"""

import math
from typing import Final

import msgspec

from promotion.checks.scan.documents.json_objects import NOT_JSON, objects
from promotion.checks.scan.problems import LimitError, ProblemError, unreadable
from promotion.checks.scan.sources import PartSource, Source, exactly
from promotion.checks.scan.subject import Subject
from promotion.domain.ready import ready

_PREFIX: Final = 8
#: The format allows 100 MB; a header of this size describes twenty thousand tensors.
_LARGEST: Final = 3 * 1024 * 1024
_BITS: Final = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "F64": 64, "I64": 64, "U64": 64,
    "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip
_METADATA: Final = "__metadata__"


class _Tensor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the header."""

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def find(subject: Subject) -> None:
    """Check the header against the bytes behind it."""
    length = int.from_bytes(exactly(subject.source, 0, _PREFIX, "the header's length"), "little")
    if length > _LARGEST:
        raise LimitError(f"A safetensors header of {length:,} bytes is not judged.", 0)
    exactly(subject.source, _PREFIX, length, "the header")
    position = 0
    for start, end, name in sorted(_ranges(subject, PartSource(subject.source, _PREFIX, length))):
        if start != position:
            raise _layout(f"tensor {name[:100]!r} begins at {start}, and {position} comes next")
        position = end
    if _PREFIX + length + position != subject.source.size:
        raise ProblemError(
            "trailing-data",
            "The tensors end before or behind the file's end.",
            _PREFIX + length + position,
        )


def _ranges(subject: Subject, header: Source) -> list[tuple[int, int, str]]:
    """Return where each tensor lies, and its name."""
    try:
        entries = msgspec.json.decode(
            header.read(0, header.size), type=ready(dict[str, msgspec.Raw])
        )
        metadata = msgspec.json.decode(entries.pop(_METADATA, b"{}"), type=ready(dict[str, str]))
        ranges = [
            _range(name, msgspec.json.decode(entry, type=ready(_Tensor)))
            for name, entry in entries.items()
        ]
    except NOT_JSON as error:
        raise unreadable(f"The header is not the format's: {str(error)[:200]}.", _PREFIX) from error
    # A dictionary forgets a key that stood there before; the text does not.
    written = sum(1 for _ in objects(header, subject.budget, frozenset({"dtype"})))
    if written != len(ranges) + ("dtype" in metadata):
        raise unreadable("The header has a tensor's name twice.", _PREFIX)
    return ranges


def _range(name: str, tensor: _Tensor) -> tuple[int, int, str]:
    bits, (start, end) = _BITS.get(tensor.dtype), tensor.data_offsets
    if bits is None or any(n < 0 for n in tensor.shape) or not 0 <= start <= end:
        raise _layout(f"tensor {name[:100]!r} has an unknown type, shape or place")
    if math.prod(tensor.shape) * bits != (end - start) * 8:
        raise _layout(f"tensor {name[:100]!r} has {end - start} bytes, which its shape contradicts")
    return start, end, name


def _layout(what: str) -> ProblemError:
    return ProblemError("tensor-layout", f"The header does not describe the data: {what}.", _PREFIX)
