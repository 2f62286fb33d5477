"""Parts of formats that ordinary models seldom have: followed where they are data, refused where they are not."""

import json
import pickle
import struct

import numpy as np
import pytest

from promotion.checks.scan import Limits, ScanPolicy
from tests.corpus.hostile.sample import npy, short, zipped
from tests.corpus.readers import scan

_MEBIBYTE = 1 << 20


def _rules(name: str, content: bytes, policy: ScanPolicy | None = None) -> set[str]:
    return {finding.rule for finding in scan({name: content}, policy).findings}


@pytest.mark.parametrize(
    "value",
    [
        np.array([(1, None)], dtype=[("a", "i4"), ("b", "O")]),
        np.zeros(2, dtype=[("a", "f8", (2,)), ("b", "?")]),
        np.rec.array([(1, 2.0)], dtype=[("a", "?"), ("b", "f8")]),
        np.rec.array([(1, 2.0)], dtype=[("a", "?"), ("b", "f8")])[0],
    ],
)
def test_structured_types_are_followed(value: object) -> None:
    assert _rules("m.pkl", pickle.dumps(value)) == set()


def test_types_written_by_a_letter_have_a_width() -> None:
    assert _rules("x.npy", npy("'?'", "(4,)", bytes(4))) == set()


def _torch(pickled: bytes, **others: bytes) -> bytes:
    return zipped({"m/data.pkl": pickled, "m/version": b"3\n"} | {f"m/{path.replace('|', '/')}": content for path, content in others.items()})  # fmt: skip


def test_a_class_kept_with_its_source_is_the_class_alone() -> None:
    named = b"(" + short("module") + b"ctorch.nn.modules.linear\nLinear\n" + short("x") * 2 + b"tQ"

    assert _rules("m.pt", _torch(b"\x80\x02" + named + b".")) == set()


@pytest.mark.parametrize(
    "storage",
    [short("x") + b"\x85", b"(" + short("storage") + b"ctorch\nFloatStorage\nNNNt"],
)
def test_a_persistent_id_that_is_no_storage_is_refused(storage: bytes) -> None:
    assert _rules("m.pt", _torch(b"\x80\x02" + storage + b"Q.")) == {"pickle-persistent-id"}


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (b"def f(x):\n  return __torch__.torch.classes.fares.Table.get(x)\n", "torchscript-operator"),
        (b"# " + b"x" * 5 * _MEBIBYTE, "too-much-work"),
    ],
)  # fmt: skip
def test_torchscript_of_classes_and_of_megabytes_is_refused(source: bytes, rule: str) -> None:
    content = zipped({"m/data.pkl": b"\x80\x02N.", "m/code/__torch__.py": source})

    assert rule in _rules("m.pt", content)


@pytest.mark.parametrize(
    ("program", "rule"),
    [(b'{"guards_code": 1}', "unreadable"), (b"[" + b"1," * 5 * _MEBIBYTE + b"1]", "too-much-work")],
)  # fmt: skip
def test_programs_of_another_form_are_refused(program: bytes, rule: str) -> None:
    members = {"archive_format": b"pt2", "models/model.json": program, "data/weights/weight_0": bytes(8)}  # fmt: skip
    members |= {"archive_version": b"0", "version": b"3", "byteorder": b"little"}

    assert rule in _rules("m.pt2", zipped({f"m/{path}": content for path, content in members.items()}))  # fmt: skip


def test_bytes_of_a_schema_are_its_data() -> None:
    node = {"__class__": "bytes", "__module__": "builtins", "__loader__": "BytesNode", "file": "1.raw"}  # fmt: skip
    content = zipped({"schema.json": json.dumps(node).encode(), "1.raw": b"\x1f\x8b\xff" + bytes(60)})  # fmt: skip

    assert _rules("m.skops", content) == set()


def test_a_long_text_without_a_line_passes() -> None:
    assert _rules("notes.txt", b"x" * (1 << 18)) == set()


def test_a_json_text_of_megabytes_is_refused() -> None:
    assert _rules("x.json", b'{"a": "' + b"x" * 17 * _MEBIBYTE + b'"}') == {"too-much-work"}


def test_a_memo_beyond_the_limit_is_refused() -> None:
    policy = ScanPolicy(limits=Limits(memo=10))

    assert _rules("m.pkl", b"\x80\x04N" + b"\x94" * 20 + b".", policy) == {"too-much-work"}


def test_thousands_of_files_of_an_unknown_kind_are_refused_at_once() -> None:
    result = scan({f"m/{index}.xyz": b"\x01\x02\x03" for index in range(5_010)})

    assert "too-much-work" in {finding.rule for finding in result.findings}


def test_an_array_of_numbers_in_gguf_is_stepped_over() -> None:
    key, value = b"x.y", struct.pack("<IIQ", 9, 0, 4) + bytes(4)
    content = b"GGUF\x03\0\0\0" + struct.pack("<QQQ", 0, 1, len(key)) + key + value

    assert _rules("m.gguf", content + bytes(32)) == set()
