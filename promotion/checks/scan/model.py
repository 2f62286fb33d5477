"""What the scan takes and what it answers. Knows no format and no rule.

Everything here is a value, except the readers, which the caller brings: the scan itself opens nothing.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

import msgspec


class RangeReader(Protocol):
    """Bytes that can be read by ranges: a blob, a local file, a buffer."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the content ends.

        May raise what its technology raises; the scan passes that on, as it says nothing about the
        content.
        """
        ...


@runtime_checkable
class ManyRangesReader(RangeReader, Protocol):
    """A reader to which several ranges at once cost little more than one: a blob behind a network."""

    def read_many(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """Return what `read` would for each offset and length, in their order."""
        ...


class ScanFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of an asset: its path, with `/` between folders, and how to read it."""

    path: str
    reader: RangeReader


class Severity(StrEnum):
    """`block` stops the asset, `note` is shown beside the result."""

    BLOCK = "block"
    NOTE = "note"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the scan found: which rule, where, why, and what to do about it."""

    #: Identifier of the rule; `rules.RULES` explains each.
    rule: str
    severity: Severity
    #: The file, and after each `!` the member inside it: `model.pt!archive/data.pkl`.
    path: str
    #: Byte offset inside the innermost member, after decompression; nothing when none applies.
    offset: int | None
    #: Whole sentences: what is there, why that matters, what to do.
    message: str
    #: What was looked at, as JSON values; never a secret's text.
    evidence: dict[str, Any] = msgspec.field(default_factory=dict)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One file or member that was looked at, and what it was taken for."""

    path: str
    kind: str
    #: Bytes, where they are known without decompressing.
    size: int | None


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """How much was read."""

    files: int
    members: int
    #: Bytes asked of the readers, repeated ones counted again.
    bytes_read: int
    bytes_total: int
    #: Bytes that came out of decompression.
    bytes_inflated: int
    opcodes: int


class ScanResult(msgspec.Struct, frozen=True, kw_only=True):
    """The scan's whole answer."""

    findings: tuple[Finding, ...]
    inventory: tuple[Item, ...]
    statistics: Statistics

    @property
    def blocked(self) -> bool:
        """Whether anything found stops the asset."""
        return any(finding.severity is Severity.BLOCK for finding in self.findings)


#: Takes a finding.
type Sink = Callable[[Finding], None]
