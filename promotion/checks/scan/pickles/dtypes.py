"""NumPy data types in pickles: how wide an element is, and whether its state tells the truth.

A data type of object pointers whose state denies them makes NumPy take raw bytes for pointers, so the state
is checked against the text that the type was made from. Facts: NumPy's `ndarraytypes.h` (flags) and
`descriptor.c` (`arraydescr_setstate`).
"""

import re
from typing import Final

from promotion.checks.scan.pickles.machine import Machine
from promotion.checks.scan.pickles.symbols import DType, Fields

_TEXT: Final = re.compile(
    r"[<>|=]?(?:([?bBhHiIlLqQpPefdgFDG])|([biufcmMOSUVa])([0-9]{1,10})(?:\[[0-9A-Za-z]{1,12}\])?)",
    re.ASCII,
)
#: Types written by one letter, in bytes; none of the platform-dependent ones.
_LETTERS: Final = {
    "?": 1,
    "b": 1,
    "B": 1,
    "h": 2,
    "H": 2,
    "i": 4,
    "I": 4,
    "e": 2,
    "f": 4,
    "d": 8,
    "F": 8,
    "D": 16,
}
_UNICODE_BYTES: Final = 4

#: Item is counted by reference, pickled as a list, a pointer, uses getitem. Texts alone set 0x08.
_POINTER_FLAGS: Final = 0x01 | 0x02 | 0x04 | 0x20
#: What every type that holds pointers inherits from its fields (NPY_FROM_FIELDS without NEEDS_PYAPI).
_HAS_POINTERS: Final = 0x01 | 0x02 | 0x08
_OBJECT_FLAGS: Final = 0x3F

_STATE: Final = (8, 9)

#: Stands for a structured type made from a class; its state tells the width.
RECORD: Final = "record"


def item_size(text: str) -> int | None:
    """Return the bytes of one element of the type that `text` names, or nothing."""
    found = _TEXT.fullmatch(text)
    if not found:
        return None
    letter, kind, digits = found.groups()
    if letter:
        return _LETTERS.get(letter)
    return int(digits) * (_UNICODE_BYTES if kind == "U" else 1)


def holds_objects(dtype: DType) -> bool:
    """Whether elements are, or contain, object pointers."""
    return dtype.objects or (dtype.text or "").lstrip("<>|=").startswith("O")


def check_state(m: Machine, dtype: DType, state: object, offset: int) -> None:
    """Report a state that does not go with the type."""
    if not isinstance(state, tuple) or len(state) not in _STATE or dtype.text is None:
        _refuse(m, dtype, offset, "is not followed")
        return
    _, _, subtype, names, fields, width, _, flags = state[:8]
    if not isinstance(flags, int) or not isinstance(width, int):
        _refuse(m, dtype, offset, "is not followed")
        return
    if dtype.text == RECORD and width >= 0:
        dtype.text = f"V{width}"
    if width not in {-1, item_size(dtype.text)}:
        _refuse(m, dtype, offset, f"says {width} bytes")
    inner = _inner_types(subtype, names, fields)
    if inner is None:
        _refuse(m, dtype, offset, "has fields that are not followed")
        return
    dtype.objects = any(holds_objects(field) for field in inner)
    if not _flags_fit(dtype, flags):
        _refuse(m, dtype, offset, f"has the flags {flags}")


def _flags_fit(dtype: DType, flags: int) -> bool:
    if dtype.objects:
        return flags & _HAS_POINTERS == _HAS_POINTERS
    if holds_objects(dtype):
        return flags == _OBJECT_FLAGS
    return flags & _POINTER_FLAGS == 0


def _inner_types(subtype: object, names: object, fields: object) -> list[DType] | None:
    """Return the types inside a structured or repeated type; nothing when they cannot be followed."""
    members: list[object] = []
    if subtype is not None:
        members.append(subtype)
    if fields is not None or names is not None:
        if not isinstance(fields, Fields) or not fields.whole or not isinstance(names, tuple):
            return None
        members += (fields.values or {}).values()
    inner = [member[0] if isinstance(member, tuple) and member else None for member in members]
    return (
        [t for t in inner if isinstance(t, DType)]
        if all(isinstance(t, DType) for t in inner)
        else None
    )


def _refuse(m: Machine, dtype: DType, offset: int, how: str) -> None:
    m.report(
        "pickle-dtype",
        offset,
        f"The state of a NumPy data type made as {dtype.text!r} {how}: "
        "NumPy could take bytes of the file for memory addresses.",
        dtype=dtype.text,
    )
