"""Archives and compressed streams: what two readers could take differently is refused at its place; what tools write passes."""

import gzip
import io
import struct
import tarfile
import zlib

import pytest

from promotion.checks.scan import Limits, ScanPolicy
from tests.corpus.hostile.sample import CALL4, tarred, zipped
from tests.corpus.readers import scan

_TEXT = b"a,b\n"
_PLAIN = zipped({"a.csv": _TEXT})
_TWO = zipped({"a.csv": _TEXT, "b.csv": _TEXT})
_DIRECTORY = _PLAIN.index(b"PK\x01\x02")
_END = len(_PLAIN) - 22


def _info(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    info.size = len(_TEXT) if kind == tarfile.REGTYPE else 0
    return info


def _tar(*members: tarfile.TarInfo, form: int, everyone: dict[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form, pax_headers=everyone) as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(_TEXT))
    return buffer.getvalue()


def _measured() -> tarfile.TarInfo:
    info = _info("a.csv")
    info.pax_headers = {"size": str(len(_TEXT))}
    return info


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(_tar(_info("d" * 150 + ".csv"), form=tarfile.GNU_FORMAT), id="a long name as GNU writes it"),
        pytest.param(_tar(_measured(), form=tarfile.PAX_FORMAT), id="a size in a record"),
        pytest.param(_tar(_info("a.csv"), form=tarfile.PAX_FORMAT, everyone={"comment": "0" * 40}), id="a comment as git writes it"),
        pytest.param(_tar(_info("./", tarfile.DIRTYPE), _info("./a.csv"), form=tarfile.USTAR_FORMAT), id="a folder packed from inside"),
    ],
)  # fmt: skip
def test_tar_archives_that_tools_write_pass(content: bytes) -> None:
    assert scan({"m.tar": content}).findings == ()


def test_a_link_to_a_long_name_is_told_with_its_target() -> None:
    target = "t" * 150
    link = _info("a.csv", tarfile.SYMTYPE, target)

    findings = scan({"m.tar": _tar(link, form=tarfile.GNU_FORMAT)}).findings

    assert [(finding.rule, finding.evidence["target"]) for finding in findings] == [
        ("archive-link", target)
    ]


def test_a_tar_archive_that_ends_inside_a_header_is_truncated() -> None:
    findings = scan({"m.tar": tarred({"a.csv": _TEXT})[:1_124]}).findings

    assert [(finding.rule, finding.offset) for finding in findings] == [("truncated", 1_024)]


def test_a_tar_archive_of_more_members_than_the_policy_allows_is_refused() -> None:
    content = tarred({f"{index}.csv": _TEXT for index in range(11)})

    findings = scan({"m.tar": content}, ScanPolicy(limits=Limits(members=10))).findings

    assert [(finding.rule, finding.path) for finding in findings] == [
        ("archive-bomb", "m.tar!10.csv")
    ]


def _changed(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


def _zip64(*, record: int = 44, count: int = 1) -> bytes:
    """Return an archive with both end records; the longer one says what it is told."""
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", record, 45, 45, 0, 0, count, count, _END - _DIRECTORY, _DIRECTORY)  # fmt: skip
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, _END, 1)
    return _PLAIN[:_END] + end64 + locator + _PLAIN[_END:]


def _described(layout: str, *fields: bytes | int) -> bytes:
    """Return an archive whose one member has its sizes behind it, as those have that were written to a pipe."""
    crc, size, name = zlib.crc32(_TEXT), len(_TEXT), b"a.csv"
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 8, 0, 0, 33, 0, 0, 0, len(name), 0) + name
    content = local + _TEXT + struct.pack(layout, *fields)
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 8, 0, 0, 33, crc, size, size, len(name), 0, 0, 0, 0, 0, 0) + name  # fmt: skip
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(content), 0)
    return content + entry + end


_SIZES = (zlib.crc32(_TEXT), len(_TEXT), len(_TEXT))


@pytest.mark.parametrize(
    "content",
    [
        _zip64(),
        _described("<4s3L", b"PK\x07\x08", *_SIZES),
        _described("<4sL2Q", b"PK\x07\x08", *_SIZES),
        _described("<3L", *_SIZES),
        _described("<L2Q", *_SIZES),
    ],
)
def test_zip_archives_that_say_the_same_in_every_place_pass(content: bytes) -> None:
    assert scan({"m.zip": content}).findings == ()


@pytest.mark.parametrize(
    ("content", "rule", "offset"),
    [
        pytest.param(_changed(_PLAIN, _END + 4, b"\x01"), "unsupported-kind", _END, id="on a second disk"),
        pytest.param(_zip64(record=45), "unreadable", _END, id="a longer end record of another length"),
        pytest.param(_zip64(count=2), "archive-mismatch", _END, id="two end records that differ"),
        pytest.param(_changed(_PLAIN, _DIRECTORY, b"XX"), "unreadable", _DIRECTORY, id="a directory without its mark"),
        pytest.param(_changed(_PLAIN, _DIRECTORY + 28, b"\xff\xff"), "truncated", _DIRECTORY, id="a name beyond the directory"),
        pytest.param(_changed(_PLAIN, _DIRECTORY + 24, b"\xff" * 4), "unreadable", _DIRECTORY, id="a size in a field that is not there"),
        pytest.param(_changed(_TWO, _TWO.index(b"PK\x03\x04", 4), b"XX"), "unreadable", _TWO.index(b"PK\x03\x04", 4), id="a member without its header"),
        pytest.param(_described("<4s3L", b"PK\x07\x08", 0, 4, 4), "archive-mismatch", 39, id="sizes behind a member that are wrong"),
    ],
)  # fmt: skip
def test_a_zip_archive_that_contradicts_itself_is_refused_at_its_place(
    content: bytes, rule: str, offset: int
) -> None:
    findings = scan({"m.zip": content}).findings

    assert [(finding.rule, finding.offset) for finding in findings] == [(rule, offset)]


def test_a_compressed_text_is_read_again_from_its_start() -> None:
    token = b"gh" + b"p_" + b"A" * 36
    text = token + b"\n" + b"word\n" * 200_000

    findings = scan({"notes.txt.gz": gzip.compress(text, mtime=0)}).findings

    assert [(finding.rule, finding.path, finding.offset) for finding in findings] == [
        ("credential", "notes.txt.gz!notes.txt", 0)
    ]


def test_a_member_beside_torchs_folder_is_looked_at_by_its_own_kind() -> None:
    members = {"m/data.pkl": b"\x80\x02N.", "notes.csv": _TEXT, "extra.pkl": CALL4}

    findings = scan({"m.pt": zipped(members)}).findings

    assert [(finding.rule, finding.path) for finding in findings] == [
        ("pickle-global", "m.pt!extra.pkl")
    ]


def test_a_file_that_another_one_describes_later_counts_as_its_data() -> None:
    node = b'{"__class__": "bytes", "__module__": "builtins", "__loader__": "BytesNode", "file": "1.raw"}'  # fmt: skip

    claimed = scan({"m.skops": zipped({"1.raw": b"\x01\x02\x03", "schema.json": node})})
    unclaimed = scan({"m.zip": zipped({"2.raw": b"\x01\x02\x03", "schema.json": node})})

    assert claimed.findings == ()
    assert [(finding.rule, finding.path) for finding in unclaimed.findings] == [
        ("unknown-kind", "m.zip!2.raw")
    ]
