"""Finder for NumPy's array files: raw numbers, or a pickle when the array holds objects.

Facts: numpy/lib/format.py (versions 1 to 3 of the header). The header is a Python literal, read as such and
never evaluated.
"""

import ast
import math
import struct
from typing import Final

import msgspec

from promotion.checks.scan.finders import pickle
from promotion.checks.scan.pickles.dtypes import item_size
from promotion.checks.scan.problems import ProblemError, TruncatedError, unreadable
from promotion.checks.scan.sources import Source, ends_at, exactly
from promotion.checks.scan.subject import Subject

_MAGIC: Final = b"\x93NUMPY"
#: NumPy itself refuses longer headers.
_LONGEST_HEADER: Final = 10_000
_SHORT: Final = 1
_NEWEST: Final = 3
_KEYS: Final = {"descr", "fortran_order", "shape"}
#: Arrays that may follow each other in one file.
_MOST: Final = 1_000


class _Header(msgspec.Struct, frozen=True):
    """What a header says."""

    descr: object
    shape: tuple[int, ...]
    data: int


def find(subject: Subject) -> None:
    """Account for every byte of one or more arrays, and walk the pickles of object arrays."""
    position = 0
    for _ in range(_MOST):
        position = _array(subject, position)
        if ends_at(subject.source, position):
            return
        if subject.source.read(position, len(_MAGIC)) != _MAGIC:
            break
    raise ProblemError("trailing-data", "Data follows the array.", position)


def _array(subject: Subject, position: int) -> int:
    header = _read_header(subject.source, position)
    if _holds_objects(header.descr):
        return pickle.walk(subject, header.data).tape.position
    width = _width(header.descr)
    if width is None:
        raise unreadable(f"The array's data type {str(header.descr)[:200]} is not known.", position)
    end = header.data + math.prod(header.shape) * width
    if end > header.data and not subject.source.read(end - 1, 1):
        raise TruncatedError("an array", header.data)
    return end


def _read_header(source: Source, position: int) -> _Header:
    prefix = exactly(source, position, 12, "an array's header")
    version = prefix[6]
    if not _SHORT <= version <= _NEWEST:
        raise unreadable(f"Version {version} of NumPy's array format is not known.", position)
    wide = version > _SHORT
    (length,) = struct.unpack_from("<I" if wide else "<H", prefix, 8)
    if length > _LONGEST_HEADER:
        raise unreadable("The array's header is longer than NumPy reads.", position)
    start = position + (12 if wide else 10)
    return _parse(exactly(source, start, length, "an array's header"), position, start + length)


def _parse(text: bytes, position: int, data: int) -> _Header:
    if b"\\" in text:
        raise unreadable(
            "The array's header has escape sequences, which NumPy does not write.", position
        )
    try:
        fields = ast.literal_eval(text.decode("utf-8").strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise unreadable("The array's header is not a plain literal.", position) from error
    if not isinstance(fields, dict) or set(fields) != _KEYS:
        raise unreadable("The array's header has other fields than NumPy writes.", position)
    shape = fields["shape"]
    if not isinstance(shape, tuple) or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise unreadable("The array's shape is not one.", position)
    return _Header(fields["descr"], shape, data)


def _holds_objects(descr: object) -> bool:
    if isinstance(descr, str):
        return "O" in descr
    return isinstance(descr, list | tuple) and any(_holds_objects(part) for part in descr)


def _width(descr: object) -> int | None:
    """Return the bytes of one element: of a plain type, or of all fields of a structured one."""
    if isinstance(descr, str):
        return item_size(descr)
    if not isinstance(descr, list):
        return None
    widths = [_field_width(field) for field in descr]
    return None if None in widths else sum(width for width in widths if width is not None)


def _field_width(field: object) -> int | None:
    """A field is a name, a type, and perhaps the shape of a repeated one."""
    if not isinstance(field, tuple) or len(field) not in {2, 3}:
        return None
    width = _width(field[1])
    shape = field[2] if len(field) > 2 else ()  # noqa: PLR2004 - name, type, shape
    if width is None or not isinstance(shape, tuple) or not all(isinstance(n, int) for n in shape):
        return None
    return width * math.prod(shape)
