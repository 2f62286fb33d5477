"""Finder for Universal Binary JSON, XGBoost's model format: well-formed to its last byte.

Facts: ubjson.org, draft 12 (types, optimized containers). It holds numbers and names; nothing in it is run.
"""

from typing import Final

from promotion.checks.scan.problems import LimitError, ProblemError, TruncatedError, unreadable
from promotion.checks.scan.sources import ends_at
from promotion.checks.scan.subject import Subject

#: Bytes of the types with a fixed width.
_FIXED: Final = {
    "Z": 0,
    "N": 0,
    "T": 0,
    "F": 0,
    "i": 1,
    "U": 1,
    "I": 2,
    "l": 4,
    "L": 8,
    "d": 4,
    "D": 8,
    "C": 1,
}
_INTEGERS: Final = {"i": 1, "U": 1, "I": 2, "l": 4, "L": 8}
_DEEPEST: Final = 100
#: What one value counts; XGBoost writes its numbers as arrays of one type, which count once.
_STEPS: Final = 3


def find(subject: Subject) -> None:
    """Step through the whole value."""
    reader = _Reader(subject)
    reader.value(reader.type(), 0)
    if not ends_at(subject.source, reader.at):
        raise ProblemError("trailing-data", "Data follows the UBJSON value.", reader.at)


class _Reader:
    """A position in the file."""

    def __init__(self, subject: Subject) -> None:
        self._source = subject.source
        self._budget = subject.budget
        self._size = subject.source.size
        self.at = 0

    def type(self) -> str:
        """Take a type's letter."""
        return self._take(1).decode("latin-1")

    def value(self, kind: str, depth: int) -> None:
        """Step over a value of a type."""
        self._budget.spend(_STEPS)
        if depth > _DEEPEST:
            raise LimitError("UBJSON nested deeper than 100 levels is not judged.", self.at)
        if kind in _FIXED:
            self._skip(_FIXED[kind])
        elif kind in "SH":
            self._skip(self._length())
        elif kind == "[":
            self._container(depth, named=False, end="]")
        elif kind == "{":
            self._container(depth, named=True, end="}")
        else:
            raise unreadable(f"UBJSON has no type {kind!r}.", self.at - 1)

    def _container(self, depth: int, *, named: bool, end: str) -> None:
        kind, count = self._optimized()
        if count is None:
            self._until(end, depth, named=named)
            return
        if kind in _FIXED and not named:
            self._skip(count * _FIXED[kind])
            return
        for _ in range(count):
            if named:
                self._skip(self._length())
            self.value(kind or self.type(), depth + 1)

    def _until(self, end: str, depth: int, *, named: bool) -> None:
        while self._peek() != end:
            if named:
                self._skip(self._length())
            self.value(self.type(), depth + 1)
        self._skip(1)

    def _optimized(self) -> tuple[str, int | None]:
        """Read a container's announced type and count, each if it is there."""
        kind = ""
        if self._peek() == "$":
            self._skip(1)
            kind = self.type()
        if self._peek() != "#":
            if kind:
                raise unreadable("A UBJSON container has a type but no count.", self.at)
            return "", None
        self._skip(1)
        return kind, self._length()

    def _length(self) -> int:
        kind = self.type()
        width = _INTEGERS.get(kind)
        if width is None:
            raise unreadable("A UBJSON length is no integer.", self.at - 1)
        length = int.from_bytes(self._take(width), "big", signed=kind != "U")
        if length < 0:
            raise unreadable("A UBJSON length is negative.", self.at)
        return length

    def _peek(self) -> str:
        return self._source.read(self.at, 1).decode("latin-1")

    def _take(self, count: int) -> bytes:
        content = self._source.read(self.at, count)
        if len(content) != count:
            raise TruncatedError("a UBJSON value", self.at)
        self.at += count
        return content

    def _skip(self, count: int) -> None:
        if count > self._size - self.at:
            raise TruncatedError("a UBJSON value", self.at)
        self.at += count
