"""Hostile Keras models, as zip and as HDF5."""

import base64
import json
import marshal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np

from tests.corpus.benign import FILES
from tests.corpus.benign.formats import compressed
from tests.corpus.hostile.sample import CALL, CALL4, SOMEWHERE, Sample, one, zipped

#: Bytecode of `0`, as a Lambda layer keeps it.
LAMBDA = base64.b64encode(marshal.dumps(compile("0", "x", "eval"))).decode()


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _keras()
    yield from _hdf5()
    yield from _filters()


def layer(
    class_name: str, config: dict[str, object], module: str | None = "keras.layers"
) -> dict[str, object]:
    """Return a layer as Keras writes it."""
    named = {} if module is None else {"module": module, "registered_name": None}
    return {"class_name": class_name, "config": config, **named}


def sequential(inner: dict[str, object]) -> str:
    """Return a model of one layer, as JSON."""
    return json.dumps(layer("Sequential", {"name": "s", "layers": [inner]}, "keras"))


def _keras() -> Iterator[Sample]:
    layers: dict[str, tuple[dict[str, object], str]] = {
        "Lambda layer": (
            layer("Lambda", {"function": {"class_name": "__lambda__", "config": {"code": LAMBDA}}}),
            "keras-code",
        ),
        "function of another module": (layer("getcwd", {}, "os"), "keras-unknown-class"),
        "get_file as a layer": (
            layer("get_file", {"origin": "https://example.invalid/x"}, "keras.utils"),
            "keras-unknown-class",
        ),
        "torch module": (layer("TorchModuleWrapper", {"module": "gASV"}), "keras-code"),
        "another model by its path": (layer("TFSMLayer", {"filepath": "../x"}), "keras-code"),
        "class of one's own": (layer("Attention", {}, "models.layers"), "keras-unknown-class"),
        "safe mode switched off": (
            layer("enable_unsafe_deserialization", {}, "keras.config"),
            "keras-unknown-class",
        ),
        "class by a specification": (
            {
                "class_name": "__typespec__",
                "spec_name": "x",
                "module": "os",
                "registered_name": None,
            },
            "keras-code",
        ),
    }
    for name, (made, rule) in layers.items():
        text = sequential(made).encode()
        at = text.index(json.dumps(made).encode())
        content = zipped({"metadata.json": b"{}", "config.json": text})
        yield one(f"keras: {name}", "m.keras", content, rule, at, "!config.json")
    lookup = sequential(layer("StringLookup", {"vocabulary": "/etc/hostname"})).encode()
    at = lookup.index(b'{"vocabulary')
    yield one(
        "keras: vocabulary from a path",
        "m.keras",
        zipped({"config.json": lookup}),
        "keras-file-access",
        at,
        "!config.json",
    )
    spelled = sequential(layer("Lambda", {})).encode().replace(b'"Lambda"', b'"\\u004cambda"')
    yield one(
        "keras: class spelled by escapes",
        "m.json",
        spelled,
        "keras-code",
        spelled.index(b'{"class_name": "\\u004c'),
    )
    yield one(
        "keras: pickle beside the configuration",
        "m.keras",
        zipped({"config.json": b"{}", "assets/x": CALL4}),
        "pickle-global",
        14,
        "!assets/x",
    )


def _h5(write: Callable[[h5py.File], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.h5"
        with h5py.File(path, "w") as file:
            write(file)
        return path.read_bytes()


def _hdf5() -> Iterator[Sample]:
    def config(file: h5py.File) -> None:
        file.attrs["model_config"] = sequential(
            layer("Lambda", {"function": [LAMBDA, None, None]}, None)
        )

    text = sequential(layer("Lambda", {"function": [LAMBDA, None, None]}, None))
    yield one(
        "h5: Lambda layer",
        "m.h5",
        _h5(config),
        "keras-code",
        text.index('{"class_name": "Lambda"'),
        "!@model_config",
    )

    def fixed(file: h5py.File) -> None:
        file.attrs["model_config"] = np.bytes_(text)

    yield one(
        "h5: Lambda layer in a text of fixed length",
        "m.h5",
        _h5(fixed),
        "keras-code",
        text.index('{"class_name": "Lambda"'),
        "!@model_config",
    )

    def pickled(file: h5py.File) -> None:
        file.create_group("data").attrs["axes"] = np.bytes_(CALL)

    yield one(
        "h5: pickle in an attribute",
        "m.h5",
        _h5(pickled),
        "pickle-hidden",
        0,
        "!/data@axes".replace("!/", "!"),
    )

    def outside(file: h5py.File) -> None:
        file["weights"] = h5py.ExternalLink("/etc/hostname", "/x")

    def stored(file: h5py.File) -> None:
        file.create_dataset("weights", (4,), "f4", external=[("/etc/hostname", 0, 16)])

    def virtual(file: h5py.File) -> None:
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource("/etc/hostname", "x", (4,), "f4")
        file.create_virtual_dataset("weights", layout)

    for name, write in {
        "link to another file": outside,
        "data in another file": stored,
        "data of another dataset": virtual,
    }.items():
        content = _h5(write)
        yield one(f"h5: {name}", "m.h5", content, "hdf5-external", SOMEWHERE)

    def dense(file: h5py.File) -> None:
        for index in range(20):
            file.attrs[f"a{index}"] = "x"

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.h5"
        with h5py.File(path, "w", libver="latest") as file:
            dense(file)
        yield one(
            "h5: attributes in a heap that is not read",
            "m.h5",
            path.read_bytes(),
            "unreadable",
            SOMEWHERE,
        )
    whole = (FILES / "keras" / "dense.h5").read_bytes()
    yield one("h5: cut off", "m.h5", whole[:600], "truncated", SOMEWHERE)
    yield one("h5: of an unknown version", "m.h5", whole[:8] + b"\x09" + whole[9:], "unreadable", 8)


def _filters() -> Iterator[Sample]:
    for version in ("earliest", "latest"):
        plugged = compressed(version).replace((32_000).to_bytes(2, "little"), b"\x01\x7d")
        yield one(f"h5: filter of a plug-in, {version}", "m.h5", plugged, "hdf5-filter", SOMEWHERE)
