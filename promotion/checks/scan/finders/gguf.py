"""Finder for GGUF: key-value pairs, tensor descriptions, and chat templates that loaders run.

Facts: ggml-org/ggml, docs/gguf.md (versions 2 and 3). Counts and lengths are checked against the file before
they are believed; loaders written in C have crashed on less.
"""

import math
from typing import Final

from promotion.checks.scan.credentials import note_credentials
from promotion.checks.scan.problems import ProblemError, unreadable
from promotion.checks.scan.sources import exactly
from promotion.checks.scan.subject import Subject
from promotion.checks.scan.templates import check_template

_MAGIC: Final = b"GGUF"
_HEADER: Final = 24
#: A text's length stands before it.
_LENGTH: Final = 8
_VERSIONS: Final = {2, 3}
#: Bytes of the scalar types: numbers of 1 to 8 bytes, a truth value.
_SCALARS: Final = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_TEXT: Final = 8
_ARRAY: Final = 9
_LONGEST_KEY: Final = 65_535
_LONGEST_TEMPLATE: Final = 1024 * 1024
_DIMENSIONS: Final = 4
_DEEPEST: Final = 4
#: Elements and bytes of one block, by ggml's number of the tensor type.
_BLOCKS: Final = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip


class _Reader:
    """A position in the file."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self.at = 0
        self.size = subject.source.size

    def number(self, width: int) -> int:
        content = exactly(self._subject.source, self.at, width, "a GGUF header")
        self.at += width
        self._subject.budget.spend(1)
        return int.from_bytes(content, "little")

    def text(self, longest: int) -> bytes:
        length = self.number(8)
        if length > min(longest, self.size - self.at):
            raise unreadable(f"A GGUF text says it has {length:,} bytes.", self.at - 8)
        content = exactly(self._subject.source, self.at, length, "a GGUF text")
        self.at += length
        return content

    def count(self, smallest: int) -> int:
        """Read a count of things that take at least `smallest` bytes each."""
        count = self.number(8)
        if count > (self.size - self.at) // smallest:
            raise ProblemError(
                "tensor-layout",
                f"The file says it has {count:,} entries, more than fit into it.",
                self.at - 8,
            )
        return count


def find(subject: Subject) -> None:
    """Check every key and every tensor's place."""
    reader = _Reader(subject)
    reader.at = len(_MAGIC)
    version = reader.number(4)
    if version not in _VERSIONS:
        raise unreadable(f"GGUF version {version} is not known.", 4)
    tensors, pairs = reader.count(1), reader.count(1)
    alignment = 32
    for _ in range(pairs):
        key = reader.text(_LONGEST_KEY).decode(errors="replace")
        value = _value(subject, reader, key, reader.number(4))
        if key == "general.alignment":
            alignment = value or 0
    if alignment <= 0 or alignment % 8:
        raise ProblemError("tensor-layout", f"The alignment {alignment} is not one.", _HEADER)
    _check_tensors(reader, tensors, alignment)


def _value(subject: Subject, reader: _Reader, key: str, kind: int, depth: int = 0) -> int | None:
    if kind in _SCALARS:
        return reader.number(_SCALARS[kind])
    if kind == _TEXT:
        _text(subject, reader, key)
    elif kind == _ARRAY and depth < _DEEPEST:
        _array(subject, reader, key, depth)
    else:
        raise unreadable(
            f"The key {key[:100]!r} has a value of the unknown type {kind}.", reader.at
        )
    return None


def _text(subject: Subject, reader: _Reader, key: str) -> None:
    offset = reader.at + _LENGTH
    content = reader.text(_LONGEST_TEMPLATE)
    if "template" in key:
        check_template(subject, content.decode(errors="replace"), offset)
    note_credentials(subject, content, offset)


def _array(subject: Subject, reader: _Reader, key: str, depth: int) -> None:
    kind = reader.number(4)
    width = _SCALARS.get(kind)
    count = reader.count(width or 8)
    if width is not None:
        # That many fit into the file, as the count was found to.
        reader.at += count * width
        return
    for _ in range(count):
        _value(subject, reader, key, kind, depth + 1)


def _check_tensors(reader: _Reader, count: int, alignment: int) -> None:
    ends: list[tuple[int, int]] = []
    for _ in range(count):
        name = reader.text(_LONGEST_KEY).decode(errors="replace")
        dimensions = reader.number(4)
        if not 0 < dimensions <= _DIMENSIONS:
            raise _misplaced(name, f"has {dimensions} dimensions", reader.at)
        shape = [reader.number(8) for _ in range(dimensions)]
        length = _length(name, shape, reader.number(4), reader.at)
        ends.append((reader.number(8), length))
    data = -(-reader.at // alignment) * alignment
    for start, length in ends:
        if start % alignment or data + start + length > reader.size:
            raise ProblemError(
                "tensor-layout",
                "A tensor lies outside of the file or between its places.",
                data + start,
            )


def _length(name: str, shape: list[int], kind: int, at: int) -> int:
    block = _BLOCKS.get(kind)
    elements = math.prod(shape)
    if block is None:
        raise _misplaced(name, f"has the unknown type {kind}", at)
    if elements > 2**62:
        raise _misplaced(name, "has more elements than can be counted", at)
    if shape[0] % block[0]:
        raise _misplaced(name, "does not fill its blocks", at)
    return elements // block[0] * block[1]


def _misplaced(name: str, what: str, at: int) -> ProblemError:
    return ProblemError("tensor-layout", f"Tensor {name[:100]!r} {what}.", at)
