"""HDF5's attributes that hold texts or bytes: Keras keeps its configuration in one.

Facts: specification 3.0, sections IV.A.2.b (dataspace), d (datatype), m (attribute), III.E (global heap). Numbers
are passed over; nothing that holds bytes is.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from promotion.checks.scan.hdf5.reader import Hdf5, Message
from promotion.checks.scan.problems import LimitError, unreadable

#: Classes of datatypes: text of fixed length, opaque bytes, and variable length.
_STRING: Final = 3
_OPAQUE: Final = 5
_VARIABLE: Final = 9
_MOST_VALUES: Final = 65_536
_LARGEST: Final = 16 * 1024 * 1024
_SHARED_TYPE: Final = 0x01
_PADDED: Final = 1
_WITH_CHARSET: Final = 3


class Value(NamedTuple):
    """One text or run of bytes of an attribute, by where it lies."""

    name: str
    start: int
    length: int


class _Parts(NamedTuple):
    name: str
    datatype: bytes
    dataspace: bytes
    data: int
    size: int


def values(file: Hdf5, message: Message) -> Iterator[Value]:
    """Yield the texts and bytes of an attribute message.

    Raises:
        ProblemError: the attribute is damaged or of a shared type.
    """
    parts = _split(message)
    kind = parts.datatype[0] & 15 if parts.datatype else 0
    if kind not in {_STRING, _OPAQUE, _VARIABLE}:
        return
    width = int.from_bytes(parts.datatype[4:8], "little")
    count = _count(file, parts.dataspace, message.at)
    if count > _MOST_VALUES or count * width > _LARGEST:
        raise LimitError(f"The attribute {parts.name[:100]!r} holds too many texts.", message.at)
    for index in range(count):
        file.budget.spend(1)
        at = parts.data + index * width
        if kind == _VARIABLE:
            yield from _in_heap(file, parts.name, at)
        else:
            yield Value(parts.name, at, width)


def _split(message: Message) -> _Parts:
    data = message.data
    version = data[0] if data else 0
    if len(data) < 8 or not 1 <= version <= _WITH_CHARSET:  # noqa: PLR2004 - its fixed part
        raise unreadable("An HDF5 attribute is damaged.", message.at)
    if version > _PADDED and data[1] & _SHARED_TYPE:
        raise unreadable("An HDF5 attribute has a type that is stored elsewhere.", message.at)
    sizes = [int.from_bytes(data[at : at + 2], "little") for at in (2, 4, 6)]
    at = 9 if version == _WITH_CHARSET else 8
    pieces: list[bytes] = []
    for size in sizes:
        pieces.append(data[at : at + size])
        at += -(-size // 8) * 8 if version == _PADDED else size
    name = pieces[0].split(b"\0")[0].decode(errors="replace")
    return _Parts(name, pieces[1], pieces[2], message.at + at, len(data) - at)


def _count(file: Hdf5, dataspace: bytes, at: int) -> int:
    """Return how many values a dataspace has: one for a scalar, none for an empty one."""
    if len(dataspace) < 4:  # noqa: PLR2004 - its fixed part
        raise unreadable("An HDF5 dataspace is damaged.", at)
    version, rank = dataspace[0], dataspace[1]
    if version not in {1, 2}:
        raise unreadable(f"HDF5 dataspace version {version} is not known.", at)
    start = 8 if version == 1 else 4
    if version == 2 and dataspace[3] == 2:  # noqa: PLR2004 - version 2 can say "no values at all"
        return 0
    count = 1
    for index in range(rank):
        field = dataspace[start + index * file.length_width :][: file.length_width]
        count *= int.from_bytes(field, "little")
    return count


def _in_heap(file: Hdf5, name: str, at: int) -> Iterator[Value]:
    length = file.number(at, 4)
    heap = file.number(at + 4, file.offset_width)
    wanted = file.number(at + 4 + file.offset_width, 4)
    if not heap or heap == 2 ** (8 * file.offset_width) - 1 or not length:
        return
    if length > _LARGEST:
        raise LimitError(f"The attribute {name[:100]!r} is too long to be judged.", at)
    start = _heap_object(file, heap, wanted)
    yield Value(name, start, length)


def _heap_object(file: Hdf5, heap: int, wanted: int) -> int:
    """Return where an object of a global heap collection begins."""
    if file.raw(heap, 4) != b"GCOL":
        raise unreadable("An HDF5 text is not in a heap.", heap)
    end = heap + file.number(heap + 8, file.length_width)
    at = heap + 8 + file.length_width
    while at + 8 + file.length_width <= end:
        index = file.number(at, 2)
        size = file.number(at + 8, file.length_width)
        start = at + 8 + file.length_width
        if index == wanted and index:
            return start
        if not index:
            break
        at = start + -(-size // 8) * 8
    raise unreadable("An HDF5 text is missing from its heap.", heap)
