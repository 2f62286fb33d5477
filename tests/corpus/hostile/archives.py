"""Hostile archives: members where nobody looks, names that lead away, links."""

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Iterator

from tests.corpus.hostile.sample import CALL4, Sample, one, tarred, zipped

_TEXT = b"fare,payment\n"


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _members()
    yield from _tars()


def _members() -> Iterator[Sample]:
    yield one(
        "pickle in a zip",
        "m.zip",
        zipped({"a/model.pkl": CALL4}),
        "pickle-global",
        14,
        "!a/model.pkl",
    )
    yield one(
        "pickle in a zip, deflated",
        "m.zip",
        zipped({"a.pkl": CALL4}, method=zipfile.ZIP_DEFLATED),
        "pickle-global",
        14,
        "!a.pkl",
    )
    yield one(
        "pickle in a zip, bzip2",
        "m.zip",
        zipped({"a.pkl": CALL4}, method=zipfile.ZIP_BZIP2),
        "pickle-global",
        14,
        "!a.pkl",
    )
    yield one(
        "member compressed by lzma",
        "m.zip",
        zipped({"a.pkl": CALL4}, method=zipfile.ZIP_LZMA),
        "unsupported-kind",
        0,
    )
    yield one(
        "zip in a zip",
        "m.zip",
        zipped({"b.zip": zipped({"a.pkl": CALL4})}),
        "pickle-global",
        14,
        "!b.zip!a.pkl",
    )
    tar = tarred({"a.pkl": CALL4})
    yield one(
        "tar in a gzip in a zip",
        "m.zip",
        zipped({"b.tar.gz": gzip.compress(tar)}),
        "pickle-global",
        14,
        "!b.tar.gz!b.tar!a.pkl",
    )
    yield one(
        "zip named .pkl", "model.pkl", zipped({"a.dat": CALL4}), "pickle-global", 14, "!a.dat"
    )
    yield one(
        "script in a zip",
        "m.zip",
        zipped({"a/run.sh": b"#!/bin/sh\n"}),
        "script",
        None,
        "!a/run.sh",
    )
    for name in (
        "../a.csv",
        "/etc/a.csv",
        "C:/a.csv",
        "a\\..\\b.csv",
        "a/../../b.csv",
        "a//b.csv",
        "a\u202egpj.csv",
    ):
        yield one(
            f"member named {name!r}",
            "m.zip",
            zipped({name: _TEXT}),
            "archive-path",
            None,
            f"!{name}",
        )
    link = zipfile.ZipInfo("a.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    yield one("symbolic link in a zip", "m.zip", _zip_of(link, b"/etc/hostname"), "archive-link", 0)
    for name, content in {
        "7z": b"7z\xbc\xaf\x27\x1c" + bytes(26),
        "rar": b"Rar!\x1a\x07\x01\x00" + bytes(20),
        "zst": b"\x28\xb5\x2f\xfd" + bytes(20),
    }.items():
        yield one(f"archive of kind {name}", f"model.{name}", content, "unsupported-kind", 0)


def _zip_of(info: zipfile.ZipInfo, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, content)
    return buffer.getvalue()


def _tar_of(kind: bytes, name: str, target: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        archive.addfile(info)
    return buffer.getvalue()


def _tars() -> Iterator[Sample]:
    plain = tarred({"a/model.pkl": CALL4})
    yield one("pickle in a tar", "m.tar", plain, "pickle-global", 14, "!a/model.pkl")
    yield one(
        "pickle in a tar.gz",
        "m.tar.gz",
        gzip.compress(plain),
        "pickle-global",
        14,
        "!m.tar!a/model.pkl",
    )
    long = tarred({"a" * 150 + "/m.pkl": CALL4})
    yield one(
        "pickle under a long name", "m.tar", long, "pickle-global", 14, "!" + "a" * 150 + "/m.pkl"
    )
    yield one(
        "member that climbs out of a tar",
        "m.tar",
        tarred({"../a.csv": _TEXT}),
        "archive-path",
        None,
        "!../a.csv",
    )
    yield one(
        "absolute member of a tar",
        "m.tar",
        tarred({"/etc/a.csv": _TEXT}),
        "archive-path",
        None,
        "!/etc/a.csv",
    )
    yield one(
        "symbolic link in a tar",
        "m.tar",
        _tar_of(tarfile.SYMTYPE, "a.csv", "/etc/hostname"),
        "archive-link",
        0,
    )
    yield one(
        "hard link in a tar", "m.tar", _tar_of(tarfile.LNKTYPE, "a.csv", "../b"), "archive-link", 0
    )
    yield one("device in a tar", "m.tar", _tar_of(tarfile.CHRTYPE, "a.csv"), "archive-link", 0)
    yield one("pipe in a tar", "m.tar", _tar_of(tarfile.FIFOTYPE, "a.csv"), "archive-link", 0)
    yield one(
        "sparse member of a tar",
        "m.tar",
        _tar_of(tarfile.GNUTYPE_SPARSE, "a.csv"),
        "unsupported-kind",
        0,
    )
    whole = tarred({"a.csv": _TEXT})
    yield one("tar cut off", "m.tar", whole[:516], "truncated", 512)
    yield one("pickle behind a tar", "m.tar", whole + CALL4, "trailing-data", len(whole))
    broken = bytearray(tarred({"a.csv": _TEXT, "b.csv": _TEXT}))
    broken[1024] ^= 1
    yield one("tar with a damaged header", "m.tar", bytes(broken), "unreadable", 1024)
