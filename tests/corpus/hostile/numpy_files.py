"""Hostile NumPy files, and tensors in formats that hold nothing else."""

import json
import struct
from collections.abc import Iterator

from tests.corpus.benign import gguf
from tests.corpus.hostile.sample import CALL4, Sample, npy, one, zipped


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _numpy()
    yield from _safetensors()
    yield from _gguf()


def _numpy() -> Iterator[Sample]:
    objects = npy("'|O'", "(1,)", CALL4)
    yield one("object array", "x.npy", objects, "pickle-global", len(objects) - len(CALL4) + 14)
    yield one(
        "object array in an npz",
        "x.npz",
        zipped({"x.npy": objects}),
        "pickle-global",
        len(objects) - len(CALL4) + 14,
        "!x.npy",
    )
    records = npy("[('a', '<f8'), ('b', '|O')]", "(1,)", CALL4)
    yield one(
        "records with an object field",
        "x.npy",
        records,
        "pickle-global",
        len(records) - len(CALL4) + 14,
    )
    plain = npy("'<f8'", "(1,)", bytes(8))
    yield one("pickle behind an array", "x.npy", plain + CALL4, "trailing-data", len(plain))
    yield one("array cut off", "x.npy", plain[:-3], "truncated", len(plain) - 8)
    yield one(
        "header that is a call",
        "x.npy",
        npy("__import__('os').getcwd()", "(1,)", bytes(8)),
        "unreadable",
        0,
    )
    yield one(
        "header of unknown type", "x.npy", npy("'<q9000000000'", "(1,)", bytes(8)), "unreadable", 0
    )
    yield one(
        "header of an unknown version",
        "x.npy",
        plain.replace(b"NUMPY\x01", b"NUMPY\x09"),
        "unreadable",
        0,
    )


def _tensors(header: dict[str, object], data: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def _safetensors() -> Iterator[Sample]:
    entry = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    good = _tensors({"w": entry}, bytes(8))
    yield one(
        "safetensors with a pickle behind",
        "m.safetensors",
        good + CALL4,
        "trailing-data",
        len(good),
    )
    yield one(
        "safetensors with a hole",
        "m.safetensors",
        _tensors({"w": {**entry, "data_offsets": [4, 12]}}, bytes(12)),
        "tensor-layout",
        8,
    )
    overlapping = _tensors({"w": entry, "v": entry}, bytes(8))
    yield one(
        "safetensors with overlapping tensors", "m.safetensors", overlapping, "tensor-layout", 8
    )
    yield one(
        "safetensors with a wrong shape",
        "m.safetensors",
        _tensors({"w": {**entry, "shape": [3]}}, bytes(8)),
        "tensor-layout",
        8,
    )
    yield one(
        "safetensors with a foreign type",
        "m.safetensors",
        _tensors({"w": {**entry, "dtype": "PICKLE"}}, bytes(8)),
        "tensor-layout",
        8,
    )
    twice = b'{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    yield one(
        "safetensors with a name twice",
        "m.safetensors",
        struct.pack("<Q", len(twice)) + twice + bytes(8),
        "unreadable",
        8,
    )
    yield one(
        "safetensors with a header beyond the file",
        "m.safetensors",
        struct.pack("<Q", 1 << 40) + b"{}",
        "kind-mismatch",
        0,
    )


def _gguf() -> Iterator[Sample]:
    good = gguf()
    for name, template, sign in (
        ("subclasses", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "__class"),
        ("globals of a helper", "{{ cycler.__init__.__globals__.os.getcwd() }}", "__init"),
        ("attribute by filter", "{{ messages|attr('append') }}", "|attr"),
        ("underscores by escapes", "{{ messages['\\x5f\\x5fclass\\x5f\\x5f'] }}", "\\x5f"),
        ("underscores put together", "{{ messages['_' ~ '_class_' ~ '_'] }}", "'_'"),
        ("another template", "{% include 'secrets.txt' %}", "% include"),
        ("the template engine", "{{ lipsum.x }}", "lipsum"),
        ("format string", "{{ '{0.append}'.format(messages) }}", ".format"),
        ("format by percent", "{{ messages['%c%cclass' % (95, 95)] }}", "'%c%c"),
        ("underscores by replacing", "{{ messages['~_class'|replace('~', u)] }}", "'~_class"),
        ("underscores by names", "{{ messages[u + u + 'class' + u + u] }}", "s[u"),
        ("attribute by its name", "{{ messages|map(attribute=name)|list }}", "attribute"),
        ("part of a hidden name", "{% set n = u ~ 'globals' %}", "'globals'"),
        ("another template, kept lines", "{%+ include 'secrets.txt' %}", "%+"),
        ("behind an end in a text", "{{ '}}' ~ messages.__class__ }}", "__class"),
        ("behind the end of a dictionary", "{{ {'a': {}} ~ messages.__class__ }}", "__class"),
        ("without an end", "{{ messages.__class__ ", "__class"),
    ):
        content = gguf(template=template)
        at = content.index(template.encode()) + template.index(sign)
        yield one(f"chat template: {name}", "m.gguf", content, "template-code", at)
    yield one(
        "gguf of an unknown version",
        "m.gguf",
        good.replace(b"GGUF\x03", b"GGUF\x63"),
        "unreadable",
        4,
    )
    many = good[:8] + struct.pack("<Q", 1 << 60) + good[16:]
    yield one("gguf with too many tensors", "m.gguf", many, "tensor-layout", 8)
    yield one(
        "gguf with a text beyond the file",
        "m.gguf",
        good[:24] + struct.pack("<Q", 1 << 50) + good[32:],
        "unreadable",
        24,
    )
    outside = good.replace(
        struct.pack("<IQIQ", 1, 32, 0, 0), struct.pack("<IQIQ", 1, 1 << 40, 0, 0)
    )
    yield one("gguf with a tensor outside", "m.gguf", outside, "tensor-layout", len(good) - 128)
    overflow = good.replace(
        struct.pack("<IQIQ", 1, 32, 0, 0), struct.pack("<IQIQ", 1, (1 << 64) - 32, 0, 0)
    )
    at = overflow.index(struct.pack("<Q", (1 << 64) - 32)) + 12
    yield one("gguf with a length that overflows", "m.gguf", overflow, "tensor-layout", at)
