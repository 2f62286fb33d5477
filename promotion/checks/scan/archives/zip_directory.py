"""What a zip archive's central directory lists, read strictly: two readers must not find different ones.

Facts: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 (layout), 4.4 (fields), 4.5.3 (Zip64). Knows no content.
"""

import struct
from typing import Final, NamedTuple

import msgspec

from promotion.checks.scan.budget import Budget
from promotion.checks.scan.problems import LimitError, ProblemError, TruncatedError, unreadable
from promotion.checks.scan.sources import Source, exactly

_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR: Final = struct.Struct("<4sLQL")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")

_LONGEST_COMMENT: Final = 65_535
#: Twenty thousand members with names of two hundred letters.
_LARGEST_DIRECTORY: Final = 6 * 1024 * 1024
_IN_EXTRA: Final = 0xFFFFFFFF
_ZIP64: Final = 0x0001
_UNICODE_PATH: Final = 0x7075
_UTF8: Final = 1 << 11
_ALL: Final = 0xFFFF


class Entry(msgspec.Struct, frozen=True):
    """One member, as the central directory tells of it."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    header: int
    attributes: int

    @property
    def name(self) -> str:
        """The name, decoded as the flags say."""
        return self.raw_name.decode("utf-8" if self.flags & _UTF8 else "cp437", errors="replace")


class _Central(NamedTuple):
    """A central directory header's fixed part, in its order."""

    mark: bytes
    made_by: int
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
    comment_length: int
    disk: int
    internal: int
    attributes: int
    header: int


def read_directory(source: Source, budget: Budget) -> tuple[list[Entry], int]:
    """Return the members in the order of their headers, and where the directory begins.

    Raises:
        ProblemError: there is no single directory that every reader would find.
    """
    end = _find_end(source)
    fields = _END.unpack(exactly(source, end, _END.size, "a zip archive's end"))
    _, disk, start_disk, here, count, size, start, comment = fields
    if end + _END.size + comment != source.size:
        raise ProblemError("trailing-data", "Data follows the zip archive's end.", end)
    told = (count, size, start)
    if _IN_EXTRA in told or count == _ALL or _has_locator(source, end):
        end, count, size, start = _read_end64(source, end, told)
    elif disk or start_disk or here != count:
        raise ProblemError("unsupported-kind", "The zip archive is split into several files.", end)
    if start + size != end:
        raise ProblemError(
            "archive-hidden-data", "The zip directory is not where its end says it is.", end
        )
    if count > budget.limits.members or size > _LARGEST_DIRECTORY:
        raise LimitError(f"The zip archive lists {count:,} members in {size:,} bytes.", end)
    entries = _read_entries(exactly(source, start, size, "the zip directory"), count, start)
    budget.spend(count)
    return sorted(entries, key=lambda entry: entry.header), start


def _find_end(source: Source) -> int:
    """Return where the end record is: the last mark of one, which must reach the end exactly."""
    length = min(source.size, _END.size + _LONGEST_COMMENT)
    tail = source.read(source.size - length, length)
    if (
        len(tail) >= _END.size
        and tail[-_END.size :].startswith(b"PK\x05\x06")
        and tail[-2:] == b"\0\0"
    ):
        return source.size - _END.size
    found = tail.rfind(b"PK\x05\x06")
    if found < 0:
        raise TruncatedError("a zip archive: its directory is missing", source.size)
    return source.size - length + found


def _has_locator(source: Source, end: int) -> bool:
    """Whether a Zip64 locator lies before the end; readers use it even where they need not."""
    return end >= _LOCATOR.size and source.read(end - _LOCATOR.size, 4) == b"PK\x06\x07"


def _read_end64(source: Source, end: int, told: tuple[int, ...]) -> tuple[int, int, int, int]:
    locator = end - _LOCATOR.size
    if locator < 0:
        raise unreadable("The zip archive has no room for the Zip64 record it needs.", end)
    mark, _, where, disks = _LOCATOR.unpack(
        exactly(source, locator, _LOCATOR.size, "a Zip64 locator")
    )
    if mark != b"PK\x06\x07" or where + _END64.size != locator or disks > 1:
        raise unreadable("The zip archive's Zip64 record is not where it must be.", locator)
    fields = _END64.unpack(exactly(source, where, _END64.size, "a Zip64 record"))
    mark, record, _, _, disk, start_disk, here, count, size, start = fields
    if mark != b"PK\x06\x06" or record != _END64.size - 12 or disk or start_disk or here != count:
        raise unreadable("The zip archive's Zip64 record is damaged.", where)
    for short, long in zip(told, (count, size, start), strict=True):
        if short not in {long, _ALL, _IN_EXTRA}:
            raise ProblemError(
                "archive-mismatch", "The zip archive's two end records differ.", where
            )
    return where, count, size, start


def _read_entries(directory: bytes, count: int, start: int) -> list[Entry]:
    entries: list[Entry] = []
    at = 0
    for _ in range(count):
        entry, at = _read_entry(directory, at, start)
        entries.append(entry)
    if at != len(directory):
        raise ProblemError(
            "archive-hidden-data", "The zip directory holds more than its members.", start + at
        )
    return entries


def _read_entry(directory: bytes, at: int, start: int) -> tuple[Entry, int]:
    if at + _ENTRY.size > len(directory):
        raise TruncatedError("the zip directory", start + at)
    fixed = _Central._make(_ENTRY.unpack_from(directory, at))
    if fixed.mark != b"PK\x01\x02":
        raise unreadable("The zip directory is damaged.", start + at)
    names = at + _ENTRY.size
    extras = names + fixed.name_length
    comments = extras + fixed.extra_length
    after = comments + fixed.comment_length
    if after > len(directory):
        raise TruncatedError("the zip directory", start + at)
    return _entry(fixed, directory[names:extras], directory[extras:comments], start + at), after


def _entry(fixed: _Central, raw_name: bytes, extra: bytes, offset: int) -> Entry:
    fields = dict(extra_fields(extra, offset))
    if _UNICODE_PATH in fields and fields[_UNICODE_PATH][5:] != raw_name:
        raise ProblemError(
            "archive-mismatch",
            "A zip member has two names, and readers choose differently.",
            offset,
        )
    values = from_zip64(fields.get(_ZIP64, b""), (fixed.size, fixed.packed, fixed.header), offset)
    return Entry(
        raw_name=raw_name,
        flags=fixed.flags,
        method=fixed.method,
        crc=fixed.crc,
        size=values[0],
        packed=values[1],
        header=values[2],
        attributes=fixed.attributes,
    )


def extra_fields(extra: bytes, offset: int) -> list[tuple[int, bytes]]:
    """Return the extra fields of a header: identifier and content.

    Raises:
        ProblemError: they do not fill the space given for them.
    """
    fields: list[tuple[int, bytes]] = []
    at = 0
    while at + 4 <= len(extra):
        identifier, length = struct.unpack_from("<2H", extra, at)
        fields.append((identifier, extra[at + 4 : at + 4 + length]))
        at += 4 + length
    # Up to three bytes behind the last field are padding that several writers leave.
    if at > len(extra) or any(extra[at:]):
        raise unreadable("A zip member's extra fields are damaged.", offset)
    return fields


def from_zip64(field: bytes, values: tuple[int, ...], offset: int) -> list[int]:
    """Return values with those that say "see the Zip64 field" replaced from it, in its order."""
    found: list[int] = []
    at = 0
    for value in values:
        if value == _IN_EXTRA:
            if at + 8 > len(field):
                raise unreadable("A zip member's Zip64 field is missing or damaged.", offset)
            found.append(int.from_bytes(field[at : at + 8], "little"))
            at += 8
        else:
            found.append(value)
    return found
