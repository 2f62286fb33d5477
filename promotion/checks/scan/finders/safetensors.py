"""Finder for safetensors: a JSON header that must describe every byte behind it exactly once.

Facts: huggingface/safetensors, README "Format": eight bytes of length, a JSON object, then the buffer; offsets
without holes or overlaps; no duplicate keys.
"""

import json
import math
from typing import Final

from promotion.checks.scan.problems import LimitError, ProblemError, unreadable
from promotion.checks.scan.sources import exactly
from promotion.checks.scan.subject import Subject

_PREFIX: Final = 8
#: The format allows 100 MB; a header of this size describes twenty thousand tensors.
_LARGEST: Final = 3 * 1024 * 1024
_BITS: Final = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "F64": 64, "I64": 64, "U64": 64,
    "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip
_METADATA: Final = "__metadata__"
_DEEPEST: Final = 4


def find(subject: Subject) -> None:
    """Check the header against the bytes behind it."""
    length = int.from_bytes(exactly(subject.source, 0, _PREFIX, "the header's length"), "little")
    if length > _LARGEST:
        raise LimitError(f"A safetensors header of {length:,} bytes is not judged.", 0)
    header = _parse(exactly(subject.source, _PREFIX, length, "the header"))
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise _layout("its metadata is not a map of texts")
    ranges = sorted(_range(name, tensor) for name, tensor in header.items())
    position = 0
    for start, end, name in ranges:
        if start != position:
            raise _layout(f"tensor {name[:100]!r} begins at {start}, and {position} comes next")
        position = end
    if _PREFIX + length + position != subject.source.size:
        raise ProblemError(
            "trailing-data",
            "The tensors end before or behind the file's end.",
            _PREFIX + length + position,
        )


def _parse(text: bytes) -> dict[str, object]:
    if text.count(b"{") > text.count(b"}") * 2 + _DEEPEST:
        raise unreadable("The header is not valid JSON.", _PREFIX)
    try:
        header = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise unreadable(f"The header is not valid JSON: {str(error)[:200]}.", _PREFIX) from error
    if not isinstance(header, dict):
        raise unreadable("The header is no JSON object.", _PREFIX)
    return header


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _range(name: str, tensor: object) -> tuple[int, int, str]:
    if not isinstance(tensor, dict) or set(tensor) != {"dtype", "shape", "data_offsets"}:
        raise _layout(f"the entry {name[:100]!r} has other fields than a tensor's")
    bits, shape, offsets = _BITS.get(str(tensor["dtype"])), tensor["shape"], tensor["data_offsets"]
    if bits is None or not _numbers(shape) or not _numbers(offsets) or len(offsets) != 2:  # noqa: PLR2004 - begin, end
        raise _layout(f"tensor {name[:100]!r} has an unknown type, shape or place")
    start, end = offsets
    if start > end or math.prod(shape) * bits != (end - start) * 8:
        raise _layout(f"tensor {name[:100]!r} has {end - start} bytes, which its shape contradicts")
    return start, end, name


def _numbers(value: object) -> bool:
    return isinstance(value, list) and all(type(n) is int and n >= 0 for n in value)


def _layout(what: str) -> ProblemError:
    return ProblemError("tensor-layout", f"The header does not describe the data: {what}.", _PREFIX)
