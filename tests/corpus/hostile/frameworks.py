"""Hostile files of other frameworks, and data files that hold more than data."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator

from tests.corpus.benign import FILES
from tests.corpus.hostile.sample import CALL4, SOMEWHERE, Sample, one, zipped


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _skops()
    yield from _others()


def _skops() -> Iterator[Sample]:
    def schema(node: dict[str, object]) -> tuple[bytes, int]:
        text = json.dumps(
            {
                "protocol": 2,
                "__class__": "list",
                "__module__": "builtins",
                "__loader__": "ListNode",
                "content": [node],
            }
        ).encode()
        return text, text.index(json.dumps(node).encode())

    nodes: tuple[tuple[str, dict[str, object], str], ...] = (
        (
            "foreign function",
            {
                "__class__": "getcwd",
                "__module__": "os",
                "__loader__": "FunctionNode",
                "content": "x",
            },
            "pickle-global",
        ),
        (
            "operator",
            {
                "__class__": "OrderedDict",
                "__module__": "collections",
                "__loader__": "OperatorFuncNode",
                "attrs": [],
            },
            "skops-loader",
        ),
        (
            "method",
            {
                "__class__": "Ridge",
                "__module__": "sklearn.linear_model._ridge",
                "__loader__": "MethodNode",
                "content": {},
            },
            "skops-loader",
        ),
        (
            "constructor",
            {
                "__class__": "Booster",
                "__module__": "xgboost.core",
                "__loader__": "ConstructorFromReduceNode",
            },
            "skops-loader",
        ),
    )
    for name, node, rule in nodes:
        text, at = schema(node)
        yield one(
            f"skops: {name}", "m.skops", zipped({"schema.json": text}), rule, at, "!schema.json"
        )


def _others() -> Iterator[Sample]:
    with zipfile.ZipFile(io.BytesIO((FILES / "keras" / "dense.keras").read_bytes())) as archive:
        assert "config.json" in archive.namelist()
    yield one(
        "ubjson cut off",
        "m.ubj",
        b"{L\0\0\0\0\0\0\0\x07learner{L\0\0\0\0\0\0\0\x01a",
        "truncated",
        SOMEWHERE,
    )
    yield one("ubjson with a pickle behind", "m.ubj", b"{i\x01ai\x01}" + CALL4, "trailing-data", 7)
    yield one("parquet without a footer", "x.parquet", b"PAR1" + bytes(40), "truncated", SOMEWHERE)
    encoded = base64.b64encode(b"...arrow.py_extension_type...")
    footer = b"meta" + encoded
    yield one(
        "parquet with a type that is unpickled",
        "x.parquet",
        b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1",
        "active-content",
        SOMEWHERE,
    )
    yield one(
        "remote code",
        "config.json",
        b'{"auto_map": {"AutoModel": "somebody/repository--modeling.Model"}}',
        "remote-code",
        0,
    )
    template = json.dumps({"chat_template": "{{ x.__class__ }}"}).encode()
    yield one(
        "chat template in a tokenizer's configuration",
        "tokenizer_config.json",
        template,
        "template-code",
        SOMEWHERE,
    )
    yield one(
        "chat template of its own",
        "chat_template.jinja",
        b"{{ cycler.__init__ }}",
        "template-code",
        10,
    )
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IEND\xaeB`\x82"
    yield one("pickle behind a picture", "x.png", png + CALL4, "trailing-data", len(png))
    photograph = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"
    yield one(
        "zip behind a photograph",
        "x.jpg",
        photograph + zipped({"a.pkl": CALL4}),
        "trailing-data",
        len(photograph) - 2,
    )
    yield one("photograph cut off", "x.jpg", photograph[:-2], "truncated", len(photograph) - 2)
    damaged = b"\x89PNG\r\n\x1a\n" + bytes(20)
    yield one("picture with a damaged part", "x.png", damaged, "unreadable", 20)
    yield one(
        "zip behind a picture",
        "x.gif",
        b"GIF89a" + bytes(7) + b";" + zipped({"a.pkl": CALL4}),
        "trailing-data",
        SOMEWHERE,
    )
    yield one("JSON cut off", "x.json", b'{"a": [1, 2', "unreadable", None)
    yield one("unknown content", "model.xyz", bytes(range(256)), "unknown-kind", None)
    yield one("text without a known name", "weights.xyz", b"hello\n", "unknown-kind", None)
