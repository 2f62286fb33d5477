"""Which kinds of content go with which extension, and what is inert text.

A file whose content is not what its name says is refused, whatever the content is: nothing that loads it by
its name would read what was checked. Knows names and kinds only.
"""

from typing import Final

from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.names import PLAIN_NAMES, extension

_STREAMS: Final = frozenset({Kind.GZIP, Kind.ZLIB, Kind.BZIP2, Kind.XZ, Kind.LZMA, Kind.LZ4})
_PICKLES: Final = _STREAMS | {Kind.PICKLE, Kind.ZIP, Kind.NPY, Kind.TAR, Kind.EMPTY}
_TEXTS: Final = frozenset({Kind.TEXT, Kind.JSON, Kind.EMPTY})

_BY_EXTENSION: Final[dict[str, frozenset[Kind]]] = {
    **dict.fromkeys(("pkl", "pickle", "joblib", "jbl", "sav", "dill", "cloudpickle", "p"), _PICKLES),
    **dict.fromkeys(("pt", "pth", "ckpt", "mar"), frozenset({Kind.PICKLE, Kind.ZIP, Kind.TAR})),
    "npy": frozenset({Kind.NPY}),
    "npz": frozenset({Kind.ZIP}),
    **dict.fromkeys(("zip", "skops", "pt2", "ptl"), frozenset({Kind.ZIP})),
    "keras": frozenset({Kind.ZIP, Kind.HDF5}),
    **dict.fromkeys(("h5", "hdf5", "hdf", "he5"), frozenset({Kind.HDF5})),
    "tar": frozenset({Kind.TAR}),
    **dict.fromkeys(("gz", "tgz"), frozenset({Kind.GZIP})),
    **dict.fromkeys(("bz2", "tbz2"), frozenset({Kind.BZIP2})),
    **dict.fromkeys(("xz", "txz"), frozenset({Kind.XZ})),
    "lzma": frozenset({Kind.LZMA}),
    "lz4": frozenset({Kind.LZ4}),
    **dict.fromkeys(("z", "zlib"), frozenset({Kind.ZLIB})),
    "safetensors": frozenset({Kind.SAFETENSORS}),
    "gguf": frozenset({Kind.GGUF}),
    "onnx": frozenset({Kind.ONNX}),
    "pb": frozenset({Kind.SAVED_MODEL, Kind.GRAPH, Kind.KERAS_METADATA, Kind.FINGERPRINT}),
    "ubj": frozenset({Kind.UBJSON}),
    "cbm": frozenset({Kind.CATBOOST}),
    "png": frozenset({Kind.PNG}),
    **dict.fromkeys(("jpg", "jpeg"), frozenset({Kind.JPEG})),
    "gif": frozenset({Kind.GIF}),
    "parquet": frozenset({Kind.PARQUET}),
    **dict.fromkeys(("json", "ipynb", "jsonl", "ndjson"), frozenset({Kind.JSON})),
    **dict.fromkeys(
        ("txt", "md", "rst", "csv", "tsv", "log", "yaml", "yml", "toml", "ini", "cfg", "conf", "vocab", "bpe", "merges",
         "jinja", "tree", "dot", "lgb", "xml", "pmml", "properties", "in", "labels", "names",
         "proto", "tag", "schema", "prompt", "template", "bib", "cff"),
        _TEXTS,
    ),
}  # fmt: skip


def mismatch(base: str, kind: Kind) -> str | None:
    """Return what a name promises when the content is something else, or nothing."""
    expected = _BY_EXTENSION.get(extension(base))
    if expected is None or kind in expected:
        return None
    return " or ".join(sorted(k.value for k in expected - {Kind.EMPTY}))


def is_inert_text(base: str) -> bool:
    """Whether a text under this name is data that nothing runs."""
    ending = extension(base)
    return (
        _BY_EXTENSION.get(ending) == _TEXTS
        or base in PLAIN_NAMES
        or base.partition(".")[0] in PLAIN_NAMES
    )


def has_meaning(base: str) -> bool:
    """Whether loaders or tools read a file of this name by itself, whatever other files say of it."""
    return extension(base) in _BY_EXTENSION or is_inert_text(base)


def is_pickle_name(base: str) -> bool:
    """Whether a loader would unpickle a file of this name."""
    return Kind.PICKLE in _BY_EXTENSION.get(extension(base), frozenset())


def describes_others(name: str) -> bool:
    """Whether a file of this name can tell that files beside it are its tensors; such are looked at first."""
    base = name.rpartition("/")[2].lower()
    return base.endswith((".onnx", ".index")) or base == "saved_model.pb"
