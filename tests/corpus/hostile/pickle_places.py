"""Hostile pickles where nobody looks: behind others, under other names, compressed, in joblib's and torch's files."""

import bz2
import gzip
import io
import lzma
import pickle
import zlib
from collections.abc import Iterator

import joblib
import lz4.frame
import numpy as np

from tests.corpus.hostile.sample import CALL, CALL4, SOMEWHERE, Sample, one, short


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _hidden()
    yield from _compressed()
    yield from _joblib()
    yield from _torch()


def _hidden() -> Iterator[Sample]:
    plain = pickle.dumps({"fare": 1.5}, 4)
    yield one(
        "second pickle in a row", "model.pkl", plain + CALL4, "pickle-global", len(plain) + 14
    )
    yield one(
        "garbage behind the end", "model.pkl", plain + b"\xff\xfe\xfd", "trailing-data", len(plain)
    )
    behind = b"\x80\x04B" + (300_000).to_bytes(4, "little") + bytes(300_000) + b"0" + CALL4[2:]
    yield one(
        "behind a long argument", "model.pkl", behind, "pickle-global", behind.rindex(b"\x93")
    )
    for name in (
        "notes.txt",
        "labels.csv",
        "config.json",
        "model.safetensors",
        "weights.h5",
        "picture.png",
        "README",
        "MLmodel",
        "data.parquet",
        "vocab",
    ):
        yield one(f"named {name}", name, CALL4, "pickle-global", 14)
    yield one("protocol 0 named .txt", "notes.txt", CALL, "pickle-hidden", 0)
    yield one(
        "protocol 0 named .csv, broken behind the call",
        "notes.csv",
        CALL[:-1] + b"\nfare,payment\n",
        "pickle-hidden",
        0,
    )
    yield one("protocol 0 without an extension", "weights", CALL, "pickle-global", 0)
    yield one("protocol 0 named .bin", "weights.bin", CALL, "pickle-global", 0)
    polyglot = b"CBM1" + (64).to_bytes(4, "little") + bytes(60) + CALL
    yield one("opcodes behind a CatBoost header", "model.cbm", polyglot, "pickle-hidden", 0)


def _compressed() -> Iterator[Sample]:
    raw = CALL4
    for name, content, inside in (
        ("model.pkl.gz", gzip.compress(raw), "!model.pkl"),
        ("model.pkl.bz2", bz2.compress(raw), "!model.pkl"),
        ("model.pkl.xz", lzma.compress(raw), "!model.pkl"),
        ("model.pkl.lzma", lzma.compress(raw, lzma.FORMAT_ALONE), "!model.pkl"),
        ("model.pkl.lz4", lz4.frame.compress(raw), "!model.pkl"),
        ("model.pkl.z", zlib.compress(raw), "!model.pkl"),
    ):
        yield one(f"compressed as {name}", name, content, "pickle-global", 14, inside)
    twice = gzip.compress(pickle.dumps(1, 4)) + gzip.compress(raw)
    yield one(
        "second stream behind the first",
        "model.pkl",
        twice,
        "pickle-global",
        len(pickle.dumps(1, 4)) + 14,
        "!model.pkl",
    )
    yield one(
        "garbage behind a stream",
        "model.pkl.gz",
        gzip.compress(pickle.dumps(1, 4)) + b"garbage",
        "trailing-data",
        len(gzip.compress(pickle.dumps(1, 4))),
    )
    yield one(
        "stream cut off",
        "model.pkl.xz",
        lzma.compress(raw)[:-8],
        "truncated",
        len(raw),
        "!model.pkl",
    )
    yield one(
        "bomb",
        "model.pkl.gz",
        gzip.compress(b"\x80\x04B\xff\xff\xff\x0f" + bytes(0x0FFFFFFF) + b"."),
        "archive-bomb",
        SOMEWHERE,
        "!model.pkl",
    )
    deep = raw
    for _ in range(10):
        deep = gzip.compress(deep)
    yield one(
        "ten streams inside each other", "model.gz", deep, "too-deep", None, "!model" + "!model" * 8
    )


def _joblib() -> Iterator[Sample]:
    buffer = io.BytesIO()
    joblib.dump([np.arange(50.0), np.arange(3)], buffer)
    array = buffer.getvalue()
    yield one(
        "array from a file beside it",
        "model.joblib",
        array.replace(b"NumpyArrayWrapper", b"NumpyArrayLoader!"),
        "pickle-global",
        array.index(b"\x93"),
    )
    payload = short("os") + short("getcwd") + b"\x93)R0"
    late = array[:-2] + payload + array[-2:]
    yield one(
        "call behind an array's bytes", "model.joblib", late, "pickle-global", late.rindex(b"\x93")
    )
    objects = io.BytesIO()
    joblib.dump(np.array([1, "a"], dtype=object), objects)
    inner = objects.getvalue()
    start = inner.index(b"\x80\x05", 2)
    swapped = inner[:start] + CALL4 + b"."
    yield one(
        "object array with a foreign pickle", "model.joblib", swapped, "pickle-global", start + 14
    )
    shape = array.replace(b"K2\x85", b"Kd\x85", 1)
    yield one(
        "array longer than its bytes",
        "model.joblib",
        shape,
        "truncated",
        shape.index(b"\x10\xff") + 17,
    )
    wrapper = b"\x80\x02cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b."
    yield one("array of no shape", "model.joblib", wrapper, "joblib-array", wrapper.rindex(b"b"))
    yield from _joblib_read_by_others()


def _joblib_read_by_others() -> Iterator[Sample]:
    """Arrays for joblib whose bytes `pickle.load` takes for opcodes: they recall what lies before them."""
    named = b"\x80\x03" + short("os") + b"q\x000" + short("getcwd") + b"q\x010"
    recalled = b"h\x00h\x01\x93)R."
    raw = named + _wrapped("u1", len(recalled), 0x00) + recalled + b"."
    at = raw.rindex(b"\x93")
    yield one("opcodes in an array's bytes", "model.joblib", raw, "joblib-array", at)
    harmless = short("collections") + b"\x94" + short("OrderedDict") + b"\x94"
    objects = named + _wrapped("O8", 1, 0x3F) + b"\x80\x04" + harmless + recalled + b"."
    at = objects.rindex(b"\x93")
    yield one("opcodes in an object array", "model.joblib", objects, "joblib-array", at)


def _wrapped(dtype: str, count: int, flags: int) -> bytes:
    """Return joblib's wrapper of an array without padding, up to its BUILD."""
    made = b"cnumpy\ndtype\n" + short(dtype) + b"\x89\x88\x87R(K\x03" + short("|")
    made += b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK" + bytes((flags,)) + b"tb"
    state = (
        short("subclass") + b"cnumpy\nndarray\n" + short("shape") + b"K" + bytes((count,)) + b"\x85"
    )
    state += short("order") + short("C") + short("dtype") + made + short("allow_mmap") + b"\x88"
    return b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(" + state + b"ub"


def _torch() -> Iterator[Sample]:
    magic = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
    head = magic + b"\x80\x02M\xe9\x03." + b"\x80\x02}."
    old = head + CALL4 + b"\x80\x02]."
    yield one("old torch file", "model.pt", old, "pickle-global", len(head) + 14)
    short_tensors = head + b"\x80\x02N." + b"\x80\x02]." + b"more than the pickles say"
    yield one(
        "old torch file with more behind it",
        "model.pt",
        short_tensors,
        "trailing-data",
        len(head) + 8,
    )
    nested = (
        b"\x80\x04ctorch.storage\n_load_from_bytes\nC" + bytes((len(CALL4),)) + CALL4 + b"\x85R."
    )
    at = nested.index(CALL4)
    yield one(
        "torch file inside a pickle", "model.pkl", nested, "pickle-global", 14, f"!bytes at {at}"
    )
    unknown = b"\x80\x04ctorch.storage\n_load_from_bytes\n]\x85R."
    yield one("torch file from nowhere", "model.pkl", unknown, "pickle-call", unknown.index(b"R."))
