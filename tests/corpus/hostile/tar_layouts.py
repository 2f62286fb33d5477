"""Hostile tar archives by their headers: what readers take differently, and what says less than it seems."""

import io
import struct
import tarfile
from collections.abc import Iterator

from tests.corpus.hostile.sample import Sample, one, tarred

_TEXT = b"a,b\n"
_RECORD = 512


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    for name, records, rule, at in (
        ("size that readers differ over", {"size": " 1024"}, "unreadable", 2 * _RECORD),
        ("sparse member by its records", {"GNU.sparse.name": "run.sh"}, "unsupported-kind", 2 * _RECORD),
    ):  # fmt: skip
        yield one(name, "m.tar", _pax(records), rule, at)
    yield one("script by its record", "m.tar", _pax({"path": "run.sh"}), "script", None, "!run.sh")
    everyone = _pax({}, everyone={"path": "run.sh"})
    yield one("name of all members at once", "m.tar", everyone, "unreadable", _RECORD)
    good = _pax({"comment": "fares"})
    for name, old, new in (
        ("record without a length", b"17 comment", b"xx comment"),
        ("record that is cut off", b"17 comment", b"99 comment"),
    ):
        yield one(name, "m.tar", good.replace(old, new), "unreadable", _RECORD)
    long = tarred({"a" * 200: _TEXT})
    huge = _resized(long, b"%011o\0" % (1 << 20))
    yield one("extension of a mebibyte", "m.tar", huge, "unreadable", _RECORD)
    yield one("extension that is cut off", "m.tar", long[: _RECORD + 20], "truncated", _RECORD)
    plain = tarred({"a.csv": _TEXT})
    yield one(
        "size that is no number", "m.tar", _resized(plain, b"12x4\0" + bytes(7)), "unreadable", 0
    )
    binary = _resized(plain, b"\x80" + struct.pack(">3xQ", 1 << 40))
    yield one("size in binary, beyond the end", "m.tar", binary, "truncated", _RECORD)
    yield one("member of an unknown type", "m.tar", _typed(plain, b"A"), "unsupported-kind", 0)
    folder = _typed(tarred({"../a": b""}), b"5")
    yield one("folder that climbs out", "m.tar", folder, "archive-path", 0)


def _pax(records: dict[str, str], everyone: dict[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(
        fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT, pax_headers=everyone
    ) as archive:
        info = tarfile.TarInfo("a.csv")
        info.size, info.pax_headers = len(_TEXT), records
        archive.addfile(info, io.BytesIO(_TEXT))
    return buffer.getvalue()


def _resized(archive: bytes, size: bytes) -> bytes:
    return _summed(archive[:124] + size + archive[136:])


def _typed(archive: bytes, kind: bytes) -> bytes:
    return _summed(archive[:156] + kind + archive[157:])


def _summed(archive: bytes) -> bytes:
    """Return an archive whose first header's checksum is right again."""
    total = sum(archive[:148]) + 8 * 32 + sum(archive[156:_RECORD])
    return archive[:148] + b"%06o\0 " % total + archive[156:]
