"""Where a zip member's content lies, and whether its own header says the same as the directory.

Readers differ in which of the two they believe, so they must agree (APPNOTE.TXT 4.3.7, 4.3.9, 4.4.4). Knows no
content.
"""

import struct
from typing import Final, NamedTuple

from promotion.checks.scan.archives.zip_directory import Entry, extra_fields, from_zip64
from promotion.checks.scan.problems import ProblemError, unreadable
from promotion.checks.scan.sources import Source, exactly

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_ZIP64: Final = 0x0001
_DESCRIBED_LATER: Final = 1 << 3
_DESCRIPTOR_MARK: Final = b"PK\x07\x08"
#: Marks an encrypted member: traditional, strong, and masked headers.
ENCRYPTED: Final = 1 | 1 << 6 | 1 << 13


class Place(NamedTuple):
    """Where a member's content lies, and where the next header must be."""

    start: int
    end: int
    next: int


class _Local(NamedTuple):
    """A local file header's fixed part, in its order."""

    mark: bytes
    needs: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    name_length: int
    extra_length: int


def locate(source: Source, entry: Entry) -> Place:
    """Return where a member's content lies.

    Raises:
        ProblemError: its header is damaged or disagrees with the directory.
    """
    local = _Local._make(
        _LOCAL.unpack(exactly(source, entry.header, _LOCAL.size, "a zip member's header"))
    )
    if local.mark != b"PK\x03\x04":
        raise unreadable(
            f"The header of {entry.name[:200]!r} is not where the directory says.", entry.header
        )
    after = entry.header + _LOCAL.size
    rest = exactly(source, after, local.name_length + local.extra_length, "a zip member's header")
    _compare(entry, local, rest)
    start = after + len(rest)
    end = start + entry.packed
    return Place(start, end, _behind(source, entry, end))


def _compare(entry: Entry, local: _Local, rest: bytes) -> None:
    name, extra = rest[: local.name_length], rest[local.name_length :]
    field = dict(extra_fields(extra, entry.header)).get(_ZIP64, b"")
    size, packed = from_zip64(field, (local.size, local.packed), entry.header)
    told = {
        "name": (name, entry.raw_name),
        "flags": (local.flags, entry.flags),
        "method": (local.method, entry.method),
    }
    known = (local.crc, size, packed)
    later = entry.flags & _DESCRIBED_LATER and known == (0, 0, 0)
    if not later:
        told["sizes"] = (known, (entry.crc, entry.size, entry.packed))
    wrong = [what for what, (here, there) in told.items() if here != there]
    if wrong:
        raise ProblemError(
            "archive-mismatch",
            f"The header of {entry.name[:200]!r} and the zip directory differ in {' and '.join(wrong)}.",
            entry.header,
            differs=wrong,
        )


def _behind(source: Source, entry: Entry, end: int) -> int:
    """Return where a member ends with the descriptor that may follow its content."""
    if not entry.flags & _DESCRIBED_LATER:
        return end
    for layout in ("<4s3L", "<4sL2Q", "<3L", "<L2Q"):
        length = struct.calcsize(layout)
        found = source.read(end, length)
        if len(found) == length and _describes(struct.unpack(layout, found), entry):
            return end + length
    raise ProblemError(
        "archive-mismatch", f"The sizes behind {entry.name[:200]!r} are missing or wrong.", end
    )


def _describes(fields: tuple[object, ...], entry: Entry) -> bool:
    values = fields[1:] if fields[0] == _DESCRIPTOR_MARK else fields
    return values == (entry.crc, entry.packed, entry.size)
