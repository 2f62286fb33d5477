"""Protocol buffer messages, field by field, without their schemas. Knows no message.

Facts: protobuf.dev, "Encoding". Groups (wire types 3 and 4) are refused: none of the formats read here has any.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from promotion.checks.scan.budget import Budget
from promotion.checks.scan.problems import TruncatedError, unreadable
from promotion.checks.scan.sources import Source

_VARINT: Final = 0
_FIXED64: Final = 1
_BYTES: Final = 2
_FIXED32: Final = 5
_LONGEST_VARINT: Final = 10
_MOST_TEXT: Final = 1024 * 1024
#: What one field counts.
_STEPS: Final = 4


class Field(NamedTuple):
    """One field: its number, and either a number or the range of its bytes."""

    number: int
    wire: int
    value: int
    start: int
    end: int

    @property
    def is_bytes(self) -> bool:
        """Whether it holds bytes, a text or a message."""
        return self.wire == _BYTES


class Message:
    """A message in a range of a source."""

    def __init__(self, source: Source, budget: Budget, start: int, end: int) -> None:
        self._source = source
        self._budget = budget
        self.start = start
        self.end = end

    def fields(self) -> Iterator[Field]:
        """Yield the fields in their order.

        Raises:
            ProblemError: the bytes are no message.
        """
        at = self.start
        while at < self.end:
            self._budget.spend(_STEPS)
            tag, at = self._varint(at)
            number, wire = tag >> 3, tag & 7
            if not number:
                raise unreadable("A protobuf message has a field without a number.", at)
            field = self._field(number, wire, at)
            at = field.end
            if at > self.end:
                raise TruncatedError("a protobuf message", field.start)
            yield field

    def inner(self, field: Field) -> "Message":
        """Return the message that a field holds."""
        return Message(self._source, self._budget, field.start, field.end)

    def text(self, field: Field) -> str:
        """Return the text that a field holds."""
        return self.content(field).decode(errors="replace")

    def content(self, field: Field) -> bytes:
        """Return the bytes that a field holds, up to a megabyte."""
        return self._source.read(field.start, min(field.end - field.start, _MOST_TEXT))

    def _field(self, number: int, wire: int, at: int) -> Field:
        if wire == _VARINT:
            value, end = self._varint(at)
            return Field(number, wire, value, at, end)
        if wire == _BYTES:
            length, start = self._varint(at)
            return Field(number, wire, length, start, start + length)
        if wire in {_FIXED64, _FIXED32}:
            return Field(number, wire, 0, at, at + (8 if wire == _FIXED64 else 4))
        raise unreadable(f"A protobuf field has the unknown wire type {wire}.", at)

    def _varint(self, at: int) -> tuple[int, int]:
        content = self._source.read(at, _LONGEST_VARINT)
        value = 0
        for index, byte in enumerate(content):
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:  # noqa: PLR2004 - the highest bit says that another byte follows
                return value, at + index + 1
        raise TruncatedError("a protobuf number", at)


def whole(source: Source, budget: Budget) -> Message:
    """Return a source's content as one message."""
    return Message(source, budget, 0, source.size)
