"""What a tar archive lists: POSIX ustar, pax, and GNU's long names. Knows no content.

Facts: POSIX.1-2017 `pax` (ustar interchange format, extended headers) and GNU tar's manual (long names).
Sparse members and split volumes are refused: what readers make of them differs.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from promotion.checks.scan.problems import ProblemError, TruncatedError, unreadable
from promotion.checks.scan.sources import Source

_BLOCK: Final = 512
_LONGEST_META: Final = 64 * 1024
_REGULAR: Final = b"0\x007"
_FOLDER: Final = b"5"
#: Types that tell about the next member: pax headers, GNU's long name and long link.
_META: Final = b"xgLK"
_LINKS: Final = b"12"
_DEVICES: Final = b"346"
_BINARY_NUMBER: Final = 0x80


class Member(msgspec.Struct, frozen=True):
    """One member; `kind` is `file`, `folder`, `link` or `device`."""

    name: str
    kind: str
    target: str
    header: int
    start: int
    size: int


def members(source: Source) -> Iterator[Member]:
    """Yield the members in their order.

    Raises:
        ProblemError: a header is damaged or of a type that is not supported, or the archive is cut off.
    """
    at = 0
    told: dict[str, str] = {}
    while True:
        header = source.read(at, _BLOCK)
        if len(header) != _BLOCK:
            raise TruncatedError("a tar archive", at)
        if not any(header):
            _check_end(source, at)
            return
        size = _size(header, told, at)
        kind = header[156:157]
        start = at + _BLOCK
        if kind in _META:
            told |= _meta(source, kind, start, size)
        else:
            yield _member(header, kind, told, at, size)
            told = {}
        at = start + -(-(size if kind not in _LINKS + _DEVICES + _FOLDER else 0) // _BLOCK) * _BLOCK


def _size(header: bytes, told: dict[str, str], at: int) -> int:
    _check_sum(header, at)
    written = told.get("size")
    if written is None:
        return _number(header[124:136], at)
    if not (written.isascii() and written.isdecimal()):
        raise unreadable("A pax record gives a size that is no number.", at)
    return int(written)


def _member(header: bytes, kind: bytes, told: dict[str, str], at: int, size: int) -> Member:
    prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
    name = told.get("path") or "/".join(part for part in (prefix, _text(header[:100])) if part)
    if any(key.startswith("GNU.sparse") for key in told) or kind == b"S":
        raise ProblemError("unsupported-kind", "A tar member is stored as a sparse file.", at)
    if kind in _REGULAR:
        meaning = "folder" if name.endswith("/") else "file"
    elif kind in _FOLDER:
        meaning = "folder"
    elif kind in _LINKS:
        meaning = "link"
    elif kind in _DEVICES:
        meaning = "device"
    else:
        raise ProblemError("unsupported-kind", f"A tar member has the unknown type {kind!r}.", at)
    target = told.get("linkpath") or _text(header[157:257])
    return Member(name, meaning, target, at, at + _BLOCK, size if meaning == "file" else 0)


def _meta(source: Source, kind: bytes, start: int, size: int) -> dict[str, str]:
    if size > _LONGEST_META:
        raise unreadable("A tar header's extension is unreasonably long.", start)
    content = source.read(start, size)
    if len(content) != size:
        raise TruncatedError("a tar header's extension", start)
    if kind == b"L":
        return {"path": _text(content)}
    if kind == b"K":
        return {"linkpath": _text(content)}
    told = _pax(content, start)
    if kind == b"g":
        if told.keys() & {"path", "linkpath", "size"}:
            raise unreadable("A pax header names or measures all members at once.", start)
        return {}
    return told


def _pax(content: bytes, start: int) -> dict[str, str]:
    """Read records of the form `length key=value` with a newline at their end."""
    told: dict[str, str] = {}
    at = 0
    while at < len(content) and content[at] != 0:
        length_text, _, rest = content[at : at + 20].partition(b" ")
        if not rest or not length_text.isdigit():
            raise unreadable("A pax record has no length.", start + at)
        length = int(length_text)
        record = content[at + len(length_text) + 1 : at + length]
        key, equals, value = record.partition(b"=")
        if not equals or not value.endswith(b"\n") or at + length > len(content):
            raise unreadable("A pax record is damaged.", start + at)
        told[key.decode(errors="replace")] = value[:-1].decode(errors="replace")
        at += length
    return told


def _check_sum(header: bytes, at: int) -> None:
    """The checksum is the sum of the header's bytes, its own field taken for spaces."""
    total = sum(header[:148]) + 8 * 32 + sum(header[156:])
    if _number(header[148:156], at) != total:
        raise unreadable("A tar header's checksum is wrong.", at)


def _number(field: bytes, at: int) -> int:
    if field[0] & _BINARY_NUMBER:
        return int.from_bytes(field[1:], "big", signed=False)
    digits = field.split(b"\0")[0].strip(b" ") or b"0"
    try:
        return int(digits, 8)
    except ValueError as error:
        raise unreadable("A tar header has a number that is none.", at) from error


def _text(field: bytes) -> str:
    return field.split(b"\0")[0].decode(errors="replace")


def _check_end(source: Source, at: int) -> None:
    """Behind the end there may be zeros alone."""
    while block := source.read(at, 64 * 1024):
        zeros = len(block) - len(block.lstrip(b"\0"))
        if zeros < len(block):
            raise ProblemError("trailing-data", "Data follows the tar archive's end.", at + zeros)
        at += len(block)
