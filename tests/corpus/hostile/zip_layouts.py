"""Hostile zip archives: layouts and flags that readers see differently."""

import struct
import zipfile
from collections.abc import Iterator

from tests.corpus.hostile.sample import CALL4, SOMEWHERE, Sample, one, zipped

_TEXT = b"fare,payment\n"


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _layouts()
    yield from _flags()


def _layouts() -> Iterator[Sample]:
    plain = zipped({"a.csv": _TEXT})
    yield one("data before a zip", "m.zip", _shifted(plain, b"#!/bin/sh\n"), "kind-mismatch", 0)
    header = plain[: plain.index(b"PK\x01\x02")]
    yield one(
        "member that no directory lists", "m.zip", _shifted(plain, header), "archive-hidden-data", 0
    )
    yield one("data behind a zip", "m.zip", plain + b"more", "trailing-data", len(plain) - 22)
    yield one(
        "two directories",
        "m.zip",
        plain + zipped({"b.csv": _TEXT}),
        "archive-hidden-data",
        2 * len(plain) - 22,
    )
    with_gap = _with_gap(zipped({"a.csv": _TEXT, "b.csv": _TEXT}))
    yield one(
        "data between members", "m.zip", with_gap, "archive-hidden-data", with_gap.index(b"hidden")
    )
    yield one("directory cut off", "m.zip", plain[:-30], "truncated", len(plain) - 30)
    yield one("no directory at all", "m.zip", header + bytes(40), "truncated", len(header) + 40)
    yield one(
        "name twice",
        "m.zip",
        _renamed(zipped({"a.csv": _TEXT, "b.csv": _TEXT}), b"b.csv", b"a.csv"),
        "archive-duplicate",
        len(header),
    )
    yield one(
        "names that differ in case",
        "m.zip",
        zipped({"a.csv": _TEXT, "A.csv": _TEXT}),
        "archive-duplicate",
        len(header),
    )
    swapped = plain.replace(b"a.csv", b"b.pkl", 1)
    yield one("two names for one member", "m.zip", swapped, "archive-mismatch", 0)
    overlapping = bytearray(zipped({"a.csv": _TEXT, "b.csv": _TEXT}))
    second = overlapping.index(b"PK\x01\x02", overlapping.index(b"PK\x01\x02") + 4)
    overlapping[second + 42 : second + 46] = struct.pack("<L", 0)
    yield one(
        "members that overlap",
        "m.zip",
        _renamed(bytes(overlapping), b"b.csv", b"a.csv"),
        "archive-duplicate",
        0,
    )
    bomb = zipped({"a.csv": b"0" * (300 << 20)}, method=zipfile.ZIP_DEFLATED)
    yield one("zip bomb", "m.zip", bomb, "archive-bomb", SOMEWHERE, "!a.csv")
    size = bytearray(zipped({"a.csv": _TEXT * 100}, method=zipfile.ZIP_DEFLATED))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        where = size.index(mark) + at
        size[where : where + 4] = struct.pack("<L", 13)
    yield one("member longer than it says", "m.zip", bytes(size), "archive-mismatch", 0)


def _shifted(archive: bytes, prefix: bytes) -> bytes:
    """Put bytes before an archive and move its offsets along, as self-extracting archives have it."""
    moved = bytearray(prefix + archive)
    at = moved.index(b"PK\x01\x02")
    for where in (at + 42, moved.rindex(b"PK\x05\x06") + 16):
        (offset,) = struct.unpack_from("<L", moved, where)
        struct.pack_into("<L", moved, where, offset + len(prefix))
    return bytes(moved)


def _with_gap(archive: bytes) -> bytes:
    hidden = b"hidden"
    second = archive.index(b"PK\x03\x04", 4)
    moved = bytearray(archive[:second] + hidden + archive[second:])
    directory = moved.index(b"PK\x01\x02", moved.index(b"PK\x01\x02") + 4)
    for where in (directory + 42, moved.rindex(b"PK\x05\x06") + 16):
        (offset,) = struct.unpack_from("<L", moved, where)
        struct.pack_into("<L", moved, where, offset + len(hidden))
    return bytes(moved)


def _renamed(archive: bytes, old: bytes, new: bytes) -> bytes:
    return archive.replace(old, new)


def _flags() -> Iterator[Sample]:
    plain = zipped({"a.pkl": CALL4})
    encrypted = bytearray(plain)
    encrypted[6] |= 1
    encrypted[plain.index(b"PK\x01\x02") + 8] |= 1
    yield one("member marked as encrypted", "m.zip", bytes(encrypted), "encrypted", 0)
    flipped = bytearray(plain)
    flipped[plain.index(b"PK\x01\x02") + 8] |= 1
    yield one("encrypted in the directory alone", "m.zip", bytes(flipped), "archive-mismatch", 0)
    method = bytearray(plain)
    method[8] = 8
    yield one("two methods for one member", "m.zip", bytes(method), "archive-mismatch", 0)
    checksum = bytearray(plain)
    for mark, at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        checksum[plain.index(mark) + at] ^= 0xFF
    yield one("wrong checksum", "m.zip", bytes(checksum), "pickle-global", 14, "!a.pkl")
