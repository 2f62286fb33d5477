"""Formats of numbers, graphs and pictures: sound files pass, and each way of being wrong has its rule."""

import gzip
import json
import struct
import zlib

import pytest

from promotion.checks.scan import Finding, Limits, ScanPolicy
from tests.corpus.benign import gguf
from tests.corpus.hostile.sample import CALL4, field, npy, zipped
from tests.corpus.readers import scan

_MEBIBYTE = 1 << 20
_TENSOR = struct.pack("<IQIQ", 1, 32, 0, 0)
_ARRAY = npy("'<f8'", "(1,)", bytes(8))
_EMPTY_ARRAY = npy("'<f8'", "(0,)", b"")
#: A header of one tensor under one name, twice: a dictionary shows the last alone.
_DOUBLED = b"{%s,%s}" % (2 * (b'"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}',))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))  # fmt: skip


_PNG = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">2L5B", 1, 1, 8, 0, 0, 0, 0)) + _chunk(b"IDAT", zlib.compress(bytes(2))) + _chunk(b"IEND", b"")  # fmt: skip
_CONSTANT = field(1, b"c") + field(2, b"Const") + field(9, 1)
_LIBRARY = field(2, field(1, b"f")) + field(1, field(3, _CONSTANT))


def _saved_model(asset: bytes) -> bytes:
    graph = field(1, _CONSTANT) + field(2, _LIBRARY)
    return field(2, field(2, graph) + field(6, field(2, asset)))


def _parquet(footer: bytes) -> bytes:
    return b"PAR1" + bytes(20) + footer + struct.pack("<L", len(footer)) + b"PAR1"


def _torch(**members: bytes) -> bytes:
    found = {"data.pkl": b"\x80\x02N.", "version": b"3\n"} | members
    return zipped({f"m/{path.replace('|', '/')}": content for path, content in found.items()})


def _exported(**members: bytes) -> bytes:
    found = {"archive_format": b"pt2", "models|model.json": b"{}"} | members
    return zipped({f"m/{path.replace('|', '/')}": content for path, content in found.items()})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.png", _PNG),
        ("x.npy", _ARRAY + _ARRAY),
        ("saved_model.pb", _saved_model(b"words.txt")),
        ("x.parquet", _parquet(bytes(40))),
        ("m.ubj", b"{#i\x01i\x01aZ"),
        ("m.pt", _torch(**{"code|__torch__.py": b""})),
        ("m.pt", _torch(**{"code|__torch__.py": b"def f(x):\n  return __torch__.torch.classes.quantized.Conv2d.f(x)\n"})),
        ("m.pt2", _exported(**{"models|model.json": b'{"guards_code": ["Ge(s0, 2)"]}'})),
        ("m.pt2", _exported(**{"data|weights|weight_0": _torch()})),
        ("pickle_module_info.txt", b"mlflow.pytorch.pickle_module\n"),
        ("notes.txt", b"x" * (256 * 1024 - 1) + b"\n"),
    ],
)  # fmt: skip
def test_sound_files_pass(name: str, content: bytes) -> None:
    assert scan({name: content}).findings == ()


@pytest.mark.parametrize(
    ("name", "content", "rule", "offset"),
    [
        ("m.jpg", b"\xff\xd8\xff" + bytes(32 * _MEBIBYTE), "too-much-work", None),
        ("x.npy", _EMPTY_ARRAY * 1_001, "trailing-data", 1_000 * len(_EMPTY_ARRAY)),
        ("x.npy", npy("'<f\\x38'", "(1,)", bytes(8)), "unreadable", 0),
        ("x.npy", b"\x93NUMPY\x02\0" + struct.pack("<I", _MEBIBYTE) + b" " * _MEBIBYTE, "unreadable", 0),
        ("m.safetensors", struct.pack("<Q", 8) + b'{"a":1} ' + b"x", "unreadable", 8),
        ("m.safetensors", struct.pack("<Q", len(_DOUBLED)) + _DOUBLED + b"x", "unreadable", 8),
        ("x.npy", npy("'<f8', 'x': 1", "(1,)", bytes(8)), "unreadable", 0),
        ("m.gguf", gguf().replace(_TENSOR, struct.pack("<IQIQ", 0, 32, 0, 0)), "tensor-layout", gguf().index(_TENSOR) + 4),
        ("m.gguf", gguf().replace(_TENSOR, struct.pack("<IQIQ", 1, 32, 99, 0)), "tensor-layout", gguf().index(_TENSOR) + 16),
        ("m.cbm", b"CBM1" + struct.pack("<L", 100) + bytes(10), "truncated", 18),
        ("saved_model.pb", _saved_model(b"../words.txt"), "archive-path", len(_saved_model(b"../words.txt")) - 12),
        ("x.parquet", _parquet(bytes(8 * _MEBIBYTE + 1)), "too-much-work", 8 * _MEBIBYTE + 25),
        ("m.ubj", b"{i\x01aX}", "unreadable", 4),
        ("m.ubj", b"{i\x01aSZ}", "unreadable", 5),
        ("m.ubj", b"{i\x01aSi\x7fab}", "truncated", 7),
        ("tokenizer.model", field(1, field(1, b"a")) + field(9, b"x"), "unreadable", 7),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_told_with_its_place(
    name: str, content: bytes, rule: str, offset: int | None
) -> None:
    findings = scan({name: content}).findings

    assert [(finding.rule, finding.offset) for finding in findings] == [(rule, offset)]


@pytest.mark.parametrize(
    ("name", "content", "rule", "member"),
    [
        ("m.pt", _torch(version=b"\x00\x01"), "unreadable", "m/version"),
        ("m.pt", _torch(version=b"3" * 65), "unreadable", "m/version"),
        ("m.pt", _torch(**{"code|__torch__.py": b"def f(x): return '\xff'"}), "unreadable", "m/code/__torch__.py"),
        ("m.pt2", _exported(**{"data|weights|weight_0": _torch(**{"data.pkl": CALL4})}), "pickle-global", "m/data/weights/weight_0!torch file!m/data.pkl"),
        ("m.pt2", zipped({"serialized_exported_program.json": b'{"target": "os.system"}'}), "torchscript-operator", "serialized_exported_program.json"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_member_is_told_with_its_path(
    name: str, content: bytes, rule: str, member: str
) -> None:
    findings = scan({name: content}).findings

    assert [(finding.rule, finding.path) for finding in findings] == [(rule, f"{name}!{member}")]


def test_a_compressed_pickle_in_a_tensors_place_that_cannot_be_followed_is_refused() -> None:
    hidden = gzip.compress(b"\x80\x02N" + b"\x94" * 20 + b".", mtime=0)

    result = scan({"m.pt": _torch(**{"data|0": hidden})}, ScanPolicy(limits=Limits(memo=10)))

    assert [(finding.rule, finding.path) for finding in result.findings] == [
        ("too-much-work", "m.pt!m/data/0")
    ]


_CHECKPOINT = bytes(60) + bytes.fromhex("57fb808b247547db")


def test_a_checkpoints_index_claims_its_own_tensors_alone() -> None:
    result = scan(
        {
            "model.ckpt.index": _CHECKPOINT,
            "model.ckpt.data-00000-of-00001": b"\x01\x02\x03",
            "other.data-00000-of-00001": b"\x01\x02\x03",
        }
    )

    assert [(finding.rule, finding.path) for finding in result.findings] == [
        ("unknown-kind", "other.data-00000-of-00001")
    ]


def _onnx(node: bytes = b"", external: bytes = b"") -> bytes:
    tensor = field(5, field(13, external)) if external else b""
    training = field(3, b"bindings") + field(1, field(1, node))
    return field(7, tensor) + (field(20, training) if node else b"")


def test_an_operator_of_a_training_graph_is_judged() -> None:
    findings = scan({"m.onnx": _onnx(field(4, b"Fare") + field(7, b"fares"))}).findings

    assert [(finding.rule, finding.evidence["domain"]) for finding in findings] == [
        ("onnx-operator", "fares")
    ]


def test_a_tensors_file_is_found_beside_its_length_and_checksum() -> None:
    external = field(1, b"location") + field(2, b"w.data") + field(3, b"a later version's")
    files = {"m.onnx": _onnx(external=external), "w.data": b"\x01\x02\x03"}

    assert scan(files).findings == ()


def _findings_of_configuration(config: object) -> tuple[Finding, ...]:
    node = field(1, 7) + field(4, json.dumps(config).encode())
    return scan({"keras_metadata.pb": field(2, 7) + field(1, node)}).findings


def test_configurations_of_older_keras_models_are_found_among_other_fields() -> None:
    lambda_layer = {"class_name": "Lambda", "config": {}}

    assert _findings_of_configuration({"class_name": "Dense", "config": {}}) == ()
    assert [finding.rule for finding in _findings_of_configuration(lambda_layer)] == ["keras-code"]
