"""What formats may not say: damaged, contradictory and oversized parts are refused, each by its rule; odd but sound ones pass."""

import gzip
import json
import lzma
import struct
from io import BytesIO

import numpy as np
import pytest

from promotion.checks.scan import Limits, ScanPolicy
from tests.corpus.benign import gguf
from tests.corpus.hostile.sample import CALL4, field, npy, short, tarred, zipped
from tests.corpus.readers import scan

_MEBIBYTE = 1 << 20
_END = struct.Struct("<4s4H2LH")
_INDEX = b"channels: [conda-forge]\ndependencies: "


def _ended(**changes: int) -> bytes:
    """Return a zip archive whose end record says something else."""
    archive = zipped({"a.csv": b"x\n"})
    names = ("mark", "disk", "start_disk", "here", "count", "size", "start", "comment")
    fields = dict(zip(names, _END.unpack(archive[-_END.size :]), strict=True)) | changes
    return archive[: -_END.size] + _END.pack(*fields.values())


def _extra(extra: bytes) -> bytes:
    archive = zipped({"a.csv": b"x\n"})
    at = archive.index(b"PK\x01\x02")
    entry = archive[at : at + 30] + struct.pack("<H", len(extra)) + archive[at + 32 : at + 51]
    directory = entry + extra
    end = _END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(directory), at, 0)
    return archive[:at] + directory + end


def _parquet(length: int) -> bytes:
    return b"PAR1" + bytes(20) + struct.pack("<L", length) + b"PAR1"


def _gguf(value: bytes) -> bytes:
    key = b"general.alignment"
    head = struct.pack("<QQ", 0, 1) + struct.pack("<Q", len(key)) + key
    return b"GGUF\x03\0\0\0" + head + value + bytes(64)


_SHORT_BLOCKS = gguf().replace(struct.pack("<IQIQ", 1, 32, 0, 0), struct.pack("<IQIQ", 1, 31, 2, 0))
_STATE = b"(K\x03U\x01|NNN" + b"J\xff\xff\xff\xff" * 2


def _dtype(text: str, state: bytes) -> bytes:
    return b"\x80\x02cnumpy\ndtype\n" + short(text) + b"\x89\x88\x87R" + state + b"b."


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("m.zip", _ended(count=0xFFFF), "unreadable"),
        ("m.zip", b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, 0, 0, 0), "unreadable"),
        ("m.zip", _ended(count=0, here=0), "archive-hidden-data"),
        ("m.zip", _ended(count=2, here=2), "truncated"),
        ("m.zip", _extra(b"\x01\x00\xff\x00"), "unreadable"),
        ("m.zip", _extra(struct.pack("<HHBL", 0x7075, 11, 1, 0) + b"run.sh"), "archive-mismatch"),
        ("conda.yaml", _INDEX + b"[{npm: [x]}]", "dependency-unreadable"),
        ("conda.yaml", _INDEX + b"['numpy[channel=x]']", "dependency-source"),
        ("conda.yaml", _INDEX + b"['-x']", "dependency-unreadable"),
        ("conda.yaml", _INDEX + b"[{pip: [{a: b}]}]", "dependency-unreadable"),
        ("conda.yaml", b"channels: [[x], %d]\n" % (1 << 300), "dependency-source"),
        ("requirements.txt", b"numpy\n" * 20_001, "too-much-work"),
        ("requirements.txt", b"-i https://example.invalid \\", "dependency-source"),
        ("pyproject.toml", b"# " + b"x" * _MEBIBYTE, "too-much-work"),
        ("x.jinja", b"{{ x }}" + b" " * _MEBIBYTE, "too-much-work"),
        ("tokenizer_config.json", json.dumps({"template": "x" * 300_000}).encode(), "too-much-work"),
        ("notes.txt", b"text" * 500 + b"\0", "unreadable"),
        ("m.gguf", _gguf(struct.pack("<Ib", 1, 7)), "tensor-layout"),
        ("m.gguf", _SHORT_BLOCKS, "tensor-layout"),
        ("m.gguf", _gguf(struct.pack("<I", 99)), "unreadable"),
        ("m.gguf", _gguf(struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 5), "unreadable"),
        ("x.npy", npy("'<f8'", "(-1,)", bytes(8)), "unreadable"),
        ("x.npy", npy("5", "(1,)", bytes(8)), "unreadable"),
        ("x.npy", npy("[('a',)]", "(1,)", bytes(8)), "unreadable"),
        ("x.npy", npy("[('a', '<f8', 'x')]", "(1,)", bytes(8)), "unreadable"),
        ("m.pkl", b"N." * 1_100, "trailing-data"),
        ("m.safetensors", struct.pack("<Q", 4 * _MEBIBYTE) + b"{" + b" " * 4 * _MEBIBYTE, "too-much-work"),
        ("tokenizer.model", field(1, field(9, b"x")), "unreadable"),
        ("tokenizer.model", field(2, b"\x80"), "unreadable"),
        ("m.xz", lzma.compress(lzma.compress(b"x")), "too-deep"),
        ("x.parquet", _parquet(1_000), "unreadable"),
        ("graph.pb", field(2, b""), "unreadable"),
        ("m.ubj", b"{i\x01a" + b"[" * 200, "too-much-work"),
        ("m.ubj", b"{i\x01a[$d]}", "unreadable"),
        ("m.ubj", b"{i\x01aSi\xff}", "unreadable"),
        ("m.pkl", _dtype("f8", b"N"), "pickle-dtype"),
        ("m.pkl", _dtype("f8", _STATE + b"Nt"), "pickle-dtype"),
        ("m.pkl", b"\x80\x02NQ.", "pickle-persistent-id"),
        ("m.pkl", b"\x80\x02N" + b"".join(b"r" + struct.pack("<L", 99_991 * n) for n in range(1, 10_100)) + b".", "too-much-work"),
        ("m.pkl", b"\x80\x02U\x02\xff\xfeU\x01x\x93.", "pickle-unresolved-global"),
        ("m.tar", tarred({"a" * 120: b"a,b\n"}), "unknown-kind"),
        ("m.keras", zipped({"config.json": b'{"class_name": "function", "config": "eval", "module": "builtins"}'}), "keras-unknown-class"),
        ("m.keras", zipped({"config.json": b'{"class_name": "Dense", "config": {}, "registered_name": "fares>Dense"}'}), "keras-unknown-class"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_or_is_too_much_is_refused(
    name: str, content: bytes, rule: str
) -> None:
    rules = {finding.rule for finding in scan({name: content}).findings}

    assert rule in rules


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.gguf", gguf()),
        ("m.gguf", _gguf(struct.pack("<Iq", 11, 32))),
        ("x.npy", npy("[('a', '<f8', (2,)), ('b', '|b1')]", "(1,)", bytes(17))),
        ("m.tar", tarred({"d" * 120 + ".csv": b"a,b\n"})),
    ],
)
def test_what_is_odd_but_sound_passes(name: str, content: bytes) -> None:
    assert scan({name: content}).findings == ()


def test_types_of_letters_and_records_are_followed() -> None:
    buffer = BytesIO()
    np.save(buffer, np.rec.array([(1, 2.0)], dtype=[("a", "?"), ("b", "f8")]))

    assert scan({"x.npy": buffer.getvalue()}).findings == ()


def test_more_members_than_the_policy_allows_are_refused() -> None:
    content = zipped({f"{index}.csv": b"x\n" for index in range(20)})

    result = scan({"m.zip": content}, ScanPolicy(limits=Limits(members=10)))

    assert {finding.rule for finding in result.findings} <= {"archive-bomb", "too-much-work"}
    assert result.blocked


def test_work_out_of_proportion_is_refused_inside_of_a_trial_too() -> None:
    limits = ScanPolicy(limits=Limits(steps_base=100))
    content = gzip.compress(b"N0" * 5_000 + b"N.", mtime=0)

    result = scan({"notes.txt.gz": content}, limits)

    assert "too-much-work" in {finding.rule for finding in result.findings}


def test_a_pickle_of_thousands_of_names_is_refused() -> None:
    content = b"\x80\x02" + b"".join(b"cx\nn%d\n0" % number for number in range(2_100)) + b"N."

    result = scan({"m.pkl": content}, ScanPolicy(limits=Limits(findings=3_000)))

    assert result.findings[-1].rule == "too-much-work"


def test_a_name_of_a_kilobyte_is_no_path() -> None:
    result = scan({"a" * 1_100 + ".csv": b"x\n"})

    assert [finding.rule for finding in result.findings] == ["archive-path"]


def test_what_the_policy_allows_in_a_keras_model_shows_as_a_note() -> None:
    config = b'{"class_name": "Fares", "module": "fares.layers", "config": {}}'
    policy = ScanPolicy(allowed_globals=frozenset({"fares.layers:Fares"}))

    result = scan({"m.keras": zipped({"config.json": config})}, policy)

    assert not result.blocked
    assert [finding.rule for finding in result.findings] == ["pickle-global"]


def test_pickled_calls_of_another_kind_still_end_the_file() -> None:
    result = scan({"m.pkl": b"N." * 3 + CALL4})

    assert [(finding.rule, finding.offset) for finding in result.findings] == [
        ("pickle-global", 20)
    ]
