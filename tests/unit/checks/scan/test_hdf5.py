"""HDF5: what h5py writes passes; a damaged or contradictory structure is refused at its place."""

import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

import h5py
import pytest

from tests.corpus.benign import FILES
from tests.corpus.readers import scan

_MARK = b"\x89HDF\r\n\x1a\n"
_UNDEFINED = b"\xff" * 8
#: Where the root's object header begins behind the superblock of version 0, and of version 2.
_OLD_ROOT, _NEW_ROOT = 96, 48
#: Where the data of the root's first message begins.
_FIRST = _OLD_ROOT + 16 + 8

_SYMBOL_TABLE, _LINK, _FILTERS, _ATTRIBUTE, _CONTINUATION = 0x11, 0x06, 0x0B, 0x0C, 0x10
_STRING = bytes((0x13, 0, 0, 0)) + struct.pack("<L", 8)
_VARIABLE = bytes((0x19, 0, 0, 0)) + struct.pack("<L", 16)
_SCALAR = bytes((1, 0, 0, 0)) + bytes(4)


def _message(kind: int, data: bytes, flags: int = 0) -> bytes:
    return struct.pack("<HHB3x", kind, len(data), flags) + data


def _old(*messages: bytes, tail: bytes = b"") -> bytes:
    """Return a file of superblock version 0 whose root has these messages."""
    header = b"".join(messages)
    root = struct.pack("<BxHLL4x", 1, len(messages), 1, len(header)) + header + tail
    addresses = struct.pack("<Q8sQ8sQQ", 0, _UNDEFINED, _OLD_ROOT + len(root), _UNDEFINED, 0, 96)
    return _MARK + bytes((0, 0, 0, 0, 0, 8, 8, 0)) + bytes(8) + addresses + bytes(24) + root


def _new(root: bytes) -> bytes:
    """Return a file of superblock version 2 with this object header."""
    addresses = struct.pack("<Q8sQQ", 0, _UNDEFINED, _NEW_ROOT + len(root), _NEW_ROOT)
    return _MARK + bytes((2, 8, 8, 0)) + addresses + bytes(4) + root


def _attribute(
    datatype: bytes, dataspace: bytes, data: bytes = b"", *, version: int = 1, flags: int = 0
) -> bytes:
    sizes = struct.pack("<BBHHH", version, flags, 2, len(datatype), len(dataspace))
    parts = (b"a\0", datatype, dataspace)
    return sizes + b"".join(part + bytes(-len(part) % 8) for part in parts) + data


def _changed(content: bytes, at: int, byte: int) -> bytes:
    return content[:at] + bytes((byte,)) + content[at + 1 :]


_ENDLESS_TEXT = struct.pack("<LQL", 1 << 31, _OLD_ROOT, 1)


def test_the_smallest_files_of_both_forms_pass() -> None:
    assert scan({"m.h5": _old()}).findings == ()
    assert scan({"m.h5": _new(b"OHDR\x02\0\0" + bytes(4))}).findings == ()


def test_a_group_without_links_passes() -> None:
    assert scan({"m.h5": _old(_message(_SYMBOL_TABLE, 2 * _UNDEFINED))}).findings == ()


@pytest.mark.parametrize(
    ("content", "rule", "offset"),
    [
        pytest.param(_changed(_old(), 13, 2), "unreadable", 13, id="addresses of two bytes"),
        pytest.param(_changed(_old(), _OLD_ROOT, 9), "unreadable", _OLD_ROOT, id="a header of version 9"),
        pytest.param(_new(b"OHDR\x03\0\0"), "unreadable", _NEW_ROOT, id="a newer header's version"),
        pytest.param(_new(b"OHDR\x02\0\x04\0\x63\0\0"), "unreadable", _NEW_ROOT + 7, id="a message longer than its header"),
        pytest.param(_old(_message(_CONTINUATION, _UNDEFINED + bytes(8))), "unreadable", _FIRST, id="going on nowhere"),
        pytest.param(_old(_message(_CONTINUATION, bytes(12))), "unreadable", _FIRST, id="going on for no length"),
        pytest.param(_old(_message(0, bytes(8)) * 100_001), "unreadable", _OLD_ROOT, id="messages without end"),
        pytest.param(_old(_message(_SYMBOL_TABLE, bytes(4))), "unreadable", None, id="a message too short for its address"),
        pytest.param(_old(_message(_SYMBOL_TABLE, bytes(16))), "unreadable", 0, id="names outside of a heap"),
        pytest.param(_old(_message(_LINK, b"\x01\0\0")), "unreadable", _FIRST, id="a link of three bytes"),
        pytest.param(_old(_message(_LINK, b"\x02\0\0\0")), "unreadable", _FIRST, id="a link of version 2"),
        pytest.param(_old(_message(_FILTERS, b"\x01")), "unreadable", _FIRST, id="filters without a count"),
        pytest.param(_old(_message(_FILTERS, b"\x02\0", flags=2)), "unreadable", _FIRST, id="filters stored elsewhere"),
        pytest.param(_old(_message(_ATTRIBUTE, b"\x02\0", flags=2)), "unreadable", _FIRST, id="an attribute stored elsewhere"),
        pytest.param(_old(_message(_ATTRIBUTE, bytes(4))), "unreadable", _FIRST, id="an attribute of four bytes"),
        pytest.param(_old(_message(_ATTRIBUTE, _attribute(_STRING, _SCALAR, version=2, flags=1))), "unreadable", _FIRST, id="a type stored elsewhere"),
        pytest.param(_old(_message(_ATTRIBUTE, _attribute(_STRING, b"\x01\0"))), "unreadable", _FIRST, id="a dataspace of two bytes"),
        pytest.param(_old(_message(_ATTRIBUTE, _attribute(_STRING, b"\x07" + bytes(7)))), "unreadable", _FIRST, id="a dataspace of version 7"),
        pytest.param(_old(_message(_ATTRIBUTE, _attribute(_VARIABLE, _SCALAR, _ENDLESS_TEXT))), "too-much-work", _FIRST + 32, id="a text of two gibibytes"),
    ],
)  # fmt: skip
def test_a_damaged_structure_is_refused_at_its_place(
    content: bytes, rule: str, offset: int | None
) -> None:
    findings = scan({"m.h5": content}).findings

    assert [(finding.rule, finding.offset) for finding in findings] == [(rule, offset)]


def _group_of(addresses: range) -> bytes:
    """Return a header, in its newer form, with a nameless link to each address."""
    links = b"".join(
        struct.pack("<BHBBBBQ", _LINK, 11, 0, 1, 0, 0, address) for address in addresses
    )
    return b"OHDR\x02\x02" + struct.pack("<L", len(links)) + links


@pytest.mark.slow
def test_more_objects_than_any_model_has_are_refused() -> None:
    leaf, width, groups = b"OHDR\x02\0\0", 90_000, 3
    length = len(_group_of(range(width)))
    leaves = _NEW_ROOT + len(_group_of(range(groups))) + groups * length
    root = _group_of(range(leaves - groups * length, leaves, length))
    inner = b"".join(
        _group_of(range(leaves + group * width * 7, leaves + (group + 1) * width * 7, 7))
        for group in range(groups)
    )
    # What is not read, too, justifies the work of coming so far.
    content = _new(root + inner + leaf * width * groups + bytes(10 << 20))

    findings = scan({"m.h5": content}).findings

    assert [finding.rule for finding in findings] == ["too-much-work"]
    assert "too many objects" in findings[0].message


def _h5(write: Callable[[h5py.File], None], version: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.h5"
        with h5py.File(path, "w", libver=version) as file:
            write(file)
        return path.read_bytes()


def _empty(file: h5py.File) -> None:
    file.attrs["nothing"] = h5py.Empty("f4")
    file.attrs["no text"] = h5py.Empty(h5py.string_dtype(length=8))
    file.attrs.create("text", "", dtype=h5py.string_dtype())
    file["same"] = file.create_group("group")


def _many(file: h5py.File) -> None:
    for index in range(40):
        file.create_group(f"layer_{index}")


@pytest.mark.parametrize("version", ["earliest", "latest"])
def test_empty_attributes_and_second_names_pass(version: str) -> None:
    assert scan({"m.h5": _h5(_empty, version)}).findings == ()


def test_groups_of_many_links_pass_as_keras_writes_them() -> None:
    assert scan({"m.h5": _h5(_many, "earliest")}).findings == ()


def test_links_in_a_heap_that_is_not_read_are_refused() -> None:
    findings = scan({"m.h5": _h5(_many, "latest")}).findings

    assert [finding.rule for finding in findings] == ["unreadable"]


@pytest.mark.parametrize("name", ["dense.h5", "functional.h5", "functional.weights.h5"])
def test_no_byte_of_a_models_structure_can_be_spoilt_into_a_defect(name: str) -> None:
    good = (FILES / "keras" / name).read_bytes()
    for at in range(0, min(len(good), 6_000), 29):
        spoilt = _changed(good, at, good[at] ^ 0xFF)

        rules = {finding.rule for finding in scan({name: spoilt}).findings}
        assert "scanner-defect" not in rules, at
