"""Files that another file calls its data, so that nobody would look at what they are."""

import gzip
import zlib
from collections.abc import Iterator

from onnx import helper

from tests.corpus.hostile.operators import external, graph_node, onnx_model, saved_model
from tests.corpus.hostile.sample import CALL4, SOMEWHERE, Sample, field

_INDEX = b"--extra-index-url https://packages.example.invalid/simple\n"
#: A pickle whose names are spelled with escapes, which the walker does not take for names.
_SPELLED = b"\x80\x02S'o\\x73'\nS'getcwd'\n\x93)R."


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _weights()
    yield from _variables()


def _weights() -> Iterator[Sample]:
    """External data of an ONNX model."""
    claimed: dict[str, tuple[bytes, str, int | None, str]] = {
        "requirements.txt": (_INDEX, "dependency-source", 0, ""),
        "conda.yaml": (b"channels: [https://example.invalid/c]\n", "dependency-source", None, ""),
        "MLmodel": (b"flavors: {python_function: {loader_module: fares.loader}}\n", "mlflow-loader", None, ""),
        "config.json": (b'{"auto_map": {"AutoModel": "fares.Model"}}', "remote-code", 0, ""),
        "model.joblib": (zlib.compress(CALL4), "pickle-global", 14, "!model.joblib"),
        "weights.bin": (zlib.compress(CALL4), "pickle-hidden", 0, "!inflated"),
        "weights.data": (_SPELLED, "pickle-hidden", 0, ""),
        "weights": (b"#!/bin/sh\necho hello\n", "script", 0, ""),
    }  # fmt: skip
    for name, (content, rule, offset, inside) in claimed.items():
        model = onnx_model(helper.make_node("Add", ["x", "w"], ["y"]), (external(name),))
        files = {"m.onnx": model, name: content}
        yield Sample(f"claimed as weights: {name}", files, rule, name + inside, offset)


def _variables() -> Iterator[Sample]:
    """Variables and assets of a SavedModel."""
    graph = saved_model([graph_node("x", "Placeholder")])
    for name, content, rule, inside in (
        ("requirements.txt", _INDEX, "dependency-source", ""),
        ("weights.bin", gzip.compress(CALL4, mtime=0), "pickle-hidden", "!inflated"),
    ):
        path = f"variables/{name}"
        files = {"saved_model.pb": graph, path: content}
        yield Sample(f"claimed as variables: {name}", files, rule, path + inside, 0)
    asset = field(1, field(1, b"asset:0")) + field(2, b"../../../etc/hostname")
    content = field(1, 1) + field(
        2, field(2, field(1, graph_node("x", "Placeholder"))) + field(6, asset)
    )
    files = {"saved_model.pb": content}
    yield Sample("asset outside of the model", files, "archive-path", "", SOMEWHERE)
