"""Benign models and data in formats of their own."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import skl2onnx
import skops.io
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save as save_safetensors
from sklearn.ensemble import (
    RandomForestClassifier,
)

from tests.corpus.benign.gguf import gguf
from tests.corpus.benign.making import NAMES, Sample, X, Y, estimators, saved
from tests.corpus.wire import field


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _numpy()
    yield from _onnx()
    yield from _others()


def _numpy() -> Iterator[Sample]:
    records = np.zeros(
        3, dtype=[("fare", "<f8"), ("payment", "U4"), ("at", "M8[s]"), ("place", "<f4", (2,))]
    )
    words = np.array(["cash", "card"], dtype=object)
    yield Sample("numbers, npy", {"x.npy": saved(np.save, X)})
    yield Sample("records, npy", {"x.npy": saved(np.save, records)})
    yield Sample("objects, npy", {"x.npy": saved(np.save, words)})
    yield Sample("npz", {"x.npz": saved(np.savez, x=X, words=words)})
    for version in ("earliest", "latest"):
        yield Sample(f"compressed, {version} h5", {"m.h5": compressed(version)})
    yield Sample("npz, compressed", {"x.npz": saved(np.savez_compressed, x=X, y=Y)})


def compressed(version: str) -> bytes:
    """Return an HDF5 file whose data sets are stored through filters that HDF5 and h5py ship."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.h5"
        with h5py.File(path, "w", libver=version) as file:
            file.create_dataset(
                "weights", data=X, compression="gzip", shuffle=True, fletcher32=True
            )
            file.create_dataset("more", data=X, compression="lzf")
            file["again"] = h5py.SoftLink("/weights")
        return path.read_bytes()


def _onnx() -> Iterator[Sample]:
    forest = RandomForestClassifier(3).fit(X, NAMES)
    yield Sample(
        "forest, onnx",
        {"model.onnx": skl2onnx.to_onnx(forest, X[:1].astype(np.float32)).SerializeToString()},
    )
    weight = numpy_helper.from_array(np.ones((2, 2), np.float32), "weight")
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    for key, value in {"location": "model.onnx.data", "offset": "0", "length": "16"}.items():
        weight.external_data.add(key=key, value=value)
    node = helper.make_node("MatMul", ["x", "weight"], ["y"])
    shape = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2]) for name in ("x", "y")]
    model = helper.make_model(helper.make_graph([node], "g", shape[:1], shape[1:], [weight]))
    yield Sample(
        "onnx, data beside it",
        {
            "m/model.onnx": model.SerializeToString(),
            "m/model.onnx.data": np.ones(4, np.float32).tobytes(),
        },
    )


def _others() -> Iterator[Sample]:
    yield Sample(
        "safetensors",
        {
            "model.safetensors": save_safetensors(
                {"w": np.ones((2, 3)), "b": np.zeros(3, np.float16)}
            )
        },
    )
    yield Sample(
        "gguf",
        {
            "model.gguf": gguf(
                template="{% for m in messages %}<|{{ m['role'] }}|>{{ m.content }}{% endfor %}"
            )
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, estimator in estimators().items():
            if name in {"forest", "columns", "words", "hist-boosting", "sgd"}:
                path = Path(folder) / "model.skops"
                skops.io.dump(estimator, path)
                yield Sample(f"{name}, skops", {"model.skops": path.read_bytes()})
    pieces = [
        field(1, field(1, text) + b"\x15\0\0\x80\xbf" + field(3, 1)) for text in (b"<s>", b"fare")
    ]
    yield Sample("sentencepiece", {"tokenizer.model": b"".join(pieces) + field(2, field(3, 2))})
    inner = saved(np.save, X)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/x.npy", inner)
        archive.writestr("data/notes.md", "# Data\n")
    yield Sample("zip of data", {"data.zip": buffer.getvalue()})
    frame = pd.DataFrame(X)
    yield Sample(
        "tables",
        {
            "x.csv": frame.to_csv().encode(),
            "x.json": frame.to_json().encode(),
            "x.jsonl": b'{"a": 1}\n{"a": 2}\n',
        },
    )
