"""The scan reads what it needs, by ranges: a gigabyte of tensors is passed over."""

import struct
import zlib
from collections.abc import Callable, Sequence

import pytest

from promotion.checks.scan import RangeReader, ScanFile, scan_files
from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.registry import FINDERS
from promotion.checks.scan.subject import Subject
from tests.corpus.hostile.sample import CALL4, gap_pickle, zipped
from tests.corpus.readers import BytesReader, SparseReader

_GIBIBYTE = 1 << 30


def _stored(name: str, content: bytes | int, at: int) -> tuple[list[bytes | int], bytes, int]:
    """Return a stored zip member, its directory entry, and where the next one begins."""
    size = content if isinstance(content, int) else len(content)
    crc = 0 if isinstance(content, int) else zlib.crc32(content)
    raw = name.encode()
    header = (
        struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, crc, size, size, len(raw), 0) + raw
    )
    fields = (b"PK\x01\x02", 20, 20, 0, 0, 0, 33, crc, size, size, len(raw), 0, 0, 0, 0, 0, at)
    return [header, content], struct.pack("<4s6H3L5H2L", *fields) + raw, at + len(header) + size


def torch_file(pickled: bytes, tensors: int) -> SparseReader:
    """Return a torch file of one gibibyte of zeros in so many tensors."""
    pieces: list[bytes | int] = []
    directory, at = b"", 0
    members: dict[str, bytes | int] = {"m/data.pkl": pickled, "m/version": b"3\n"}
    members |= {f"m/data/{index}": _GIBIBYTE // tensors for index in range(tensors)}
    for name, content in members.items():
        member, entry, next_at = _stored(name, content, at)
        pieces += member
        directory += entry
        at = next_at
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), at, 0
    )
    return SparseReader([*pieces, directory, end])


def _state(tensors: int) -> bytes:
    """Return a pickle that names every storage, as torch writes it."""
    out = b"\x80\x02]("
    for index in range(tensors):
        key = str(index).encode()
        out += b"(X\x07\0\0\0storagectorch\nFloatStorage\nX" + struct.pack("<L", len(key)) + key
        out += b"X\x03\0\0\0cpuJ" + struct.pack("<i", _GIBIBYTE // tensors // 4) + b"tQ"
    return out + b"e."


@pytest.mark.parametrize("tensors", [4, 400])
def test_a_torch_file_of_a_gibibyte_is_scanned_reading_at_most_a_hundredth(tensors: int) -> None:
    reader = torch_file(_state(tensors), tensors)

    result = scan_files([ScanFile(path="model.pt", reader=reader)])

    assert result.findings == ()
    assert reader.size >= _GIBIBYTE
    assert reader.bytes_read == result.statistics.bytes_read <= reader.size // 100


def test_the_same_file_with_a_foreign_call_is_blocked() -> None:
    reader = torch_file(CALL4, 4)

    result = scan_files([ScanFile(path="model.pt", reader=reader)])

    assert [(finding.rule, finding.path) for finding in result.findings] == [
        ("pickle-global", "model.pt!m/data.pkl"),
    ]


def test_a_pickle_behind_half_a_gibibyte_is_found_without_reading_it() -> None:
    head, tail = gap_pickle(_GIBIBYTE // 2)
    reader = SparseReader([head, _GIBIBYTE // 2, tail])

    result = scan_files([ScanFile(path="model.pkl", reader=reader)])

    assert [finding.offset for finding in result.findings] == [reader.size - 4]
    assert reader.bytes_read < 1 << 20


class _BlobReader(SparseReader):
    """A reader to which several ranges cost one turn."""

    turns = 0

    def read(self, offset: int, length: int) -> bytes:
        self.turns += 1
        return super().read(offset, length)

    def read_many(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        self.turns += 1
        return [SparseReader.read(self, offset, length) for offset, length in ranges]


@pytest.mark.parametrize("wrap", [bytes, lambda inner: zipped({"inner.zip": inner})])
def test_members_far_apart_are_read_side_by_side(wrap: Callable[[bytes], bytes]) -> None:
    content = wrap(zipped({f"{index}.pkl": CALL4 + bytes(20_000) for index in range(40)}))
    one_by_one, side_by_side = BytesReader(content), _BlobReader([content])

    first = scan_files([ScanFile(path="m.zip", reader=one_by_one)])
    second = scan_files([ScanFile(path="m.zip", reader=side_by_side)])

    assert second.findings == first.findings
    assert sum(finding.rule == "pickle-global" for finding in second.findings) == 40
    assert one_by_one.reads >= 40
    assert side_by_side.turns <= 8


def test_an_archive_without_a_single_line_is_not_read_for_one() -> None:
    header, entry, at = _stored("x.npy", _GIBIBYTE, 0)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), at, 0)
    reader = SparseReader([*header, entry, end])

    scan_files([ScanFile(path="m.zip", reader=reader)])

    assert reader.bytes_read < 1 << 20


class _BrokenReader:
    size = 100

    def __init__(self, error: type[Exception]) -> None:
        self._error = error

    def read(self, offset: int, length: int) -> bytes:
        raise self._error(f"no answer for {length} bytes at {offset}")


@pytest.mark.parametrize("error", [TimeoutError, ValueError, OSError])
def test_what_a_reader_raises_reaches_the_caller_as_it_is(error: type[Exception]) -> None:
    reader: RangeReader = _BrokenReader(error)

    with pytest.raises(error, match="no answer"):
        scan_files([ScanFile(path="model.pkl", reader=reader)])


def test_a_defect_of_a_finder_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(subject: Subject) -> None:
        raise LookupError(subject.name)

    monkeypatch.setitem(FINDERS, Kind.TEXT, broken)

    result = scan_files([ScanFile(path="notes.txt", reader=BytesReader(b"text\n"))])

    assert result.blocked
    assert [finding.rule for finding in result.findings] == ["scanner-defect"]


class _ShortReader(BytesReader):
    def read(self, offset: int, length: int) -> bytes:
        return super().read(offset, length)[:-1]


def test_a_reader_that_returns_less_than_it_said_blocks() -> None:
    result = scan_files([ScanFile(path="notes.txt", reader=_ShortReader(b"some text\n"))])

    assert [finding.rule for finding in result.findings] == ["unreadable"]


def test_statistics_and_inventory_tell_what_was_looked_at() -> None:
    result = scan_files([ScanFile(path="notes.txt", reader=BytesReader(b"text\n"))])

    assert [(item.path, item.kind, item.size) for item in result.inventory] == [
        ("notes.txt", "text", 5)
    ]
    assert (result.statistics.files, result.statistics.members) == (1, 0)
    assert result.statistics.bytes_total == 5
