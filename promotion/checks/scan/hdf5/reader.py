"""HDF5's skeleton: superblock, object headers and their messages. Knows no group and no attribute.

Facts: "HDF5 File Format Specification" version 3.0, sections II (superblock) and IV.A.1 (object headers). Only what
h5py writes by default and its plain variants are read; anything else cannot be judged and is refused.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from promotion.checks.scan.budget import Budget
from promotion.checks.scan.problems import TruncatedError, unreadable
from promotion.checks.scan.sources import Source, exactly

_WIDTHS: Final = {4, 8}
_LARGEST_HEADER: Final = 4 * 1024 * 1024
_MOST_MESSAGES: Final = 100_000
_CONTINUATION: Final = 0x10
_V1: Final = 1
_V2: Final = 2
_OLD_SUPERBLOCKS: Final = {0, 1}
_NEW_SUPERBLOCKS: Final = {2, 3}
#: What a message, a header or a block counts while it is read.
_STEPS: Final = 20
#: Flag of a message that only points to where its content is shared.
SHARED: Final = 0x02


class Message(NamedTuple):
    """One message of an object header."""

    kind: int
    flags: int
    data: bytes
    at: int


class Hdf5:
    """An HDF5 file's skeleton."""

    def __init__(self, source: Source, budget: Budget) -> None:
        self.source = source
        self.budget = budget
        version = self.raw(8, 1)[0]
        if version in _OLD_SUPERBLOCKS:
            self.root = self._old_superblock(version)
        elif version in _NEW_SUPERBLOCKS:
            self.root = self._new_superblock()
        else:
            raise unreadable(f"HDF5 superblock version {version} is not known.", 8)

    def raw(self, at: int, length: int) -> bytes:
        """Return bytes that must be there."""
        self.budget.spend(1)
        return exactly(self.source, at, length, "an HDF5 structure")

    def number(self, at: int, width: int) -> int:
        """Return a little-endian number."""
        return int.from_bytes(self.raw(at, width), "little")

    def address(self, data: bytes, at: int) -> int | None:
        """Return an address inside a message, nothing for the undefined one."""
        field = data[at : at + self.offset_width]
        if len(field) != self.offset_width:
            raise unreadable("An HDF5 message is too short for its address.")
        return None if field == b"\xff" * self.offset_width else int.from_bytes(field, "little")

    def messages(self, address: int) -> Iterator[Message]:
        """Yield the messages of the object header at an address, continuations included."""
        self.budget.spend(_STEPS)
        if self.raw(address, 4) == b"OHDR":
            first, ordered = self._new_header(address)
            read: Callable[[int, int], Iterator[Message]] = partial(
                self._new_block, prefix=6 if ordered else 4
            )
        else:
            first, read = self._old_header(address), self._old_block
        blocks = [first]
        count = 0
        for at, end in blocks:
            for message in read(at, end):
                count += 1
                self.budget.spend(_STEPS)
                if count > _MOST_MESSAGES:
                    raise unreadable("An HDF5 object has messages without end.", address)
                if message.kind == _CONTINUATION:
                    blocks.append(self._continued(message))
                else:
                    yield message

    def _old_superblock(self, version: int) -> int:
        self._widths(self.raw(13, 1)[0], self.raw(14, 1)[0])
        addresses = 24 + 4 * version
        self._check_base(self.number(addresses, self.offset_width))
        self._check_end(self.number(addresses + 2 * self.offset_width, self.offset_width))
        # Base, free space, end of file, driver; then the root's entry: name offset, header address.
        return self.number(addresses + 5 * self.offset_width, self.offset_width)

    def _new_superblock(self) -> int:
        self._widths(self.raw(9, 1)[0], self.raw(10, 1)[0])
        self._check_base(self.number(12, self.offset_width))
        self._check_end(self.number(12 + 2 * self.offset_width, self.offset_width))
        return self.number(12 + 3 * self.offset_width, self.offset_width)

    def _widths(self, offset_width: int, length_width: int) -> None:
        if offset_width not in _WIDTHS or length_width not in _WIDTHS:
            raise unreadable("The HDF5 file's addresses have an unusual width.", 13)
        self.offset_width = offset_width
        self.length_width = length_width

    def _check_base(self, base: int) -> None:
        if base:
            raise unreadable("The HDF5 file's addresses do not begin at its start.", 24)

    def _check_end(self, end: int) -> None:
        if end > self.source.size:
            raise TruncatedError(f"an HDF5 file of {end:,} bytes", self.source.size)

    def _old_header(self, address: int) -> tuple[int, int]:
        prefix = self.raw(address, 12)
        if prefix[0] != _V1:
            raise unreadable("An HDF5 object header is not where one must be.", address)
        return address + 16, address + 16 + int.from_bytes(prefix[8:12], "little")

    def _old_block(self, at: int, end: int) -> Iterator[Message]:
        data = self._block(at, end)
        offset = 0
        while offset + 8 <= len(data):
            kind = int.from_bytes(data[offset : offset + 2], "little")
            length = int.from_bytes(data[offset + 2 : offset + 4], "little")
            start = offset + 8
            if start + length > len(data):
                raise unreadable("An HDF5 message is longer than its header.", at + offset)
            yield Message(kind, data[offset + 4], data[start : start + length], at + start)
            offset = start + length

    def _new_header(self, address: int) -> tuple[tuple[int, int], bool]:
        prefix = self.raw(address, 6)
        if prefix[4] != _V2:
            raise unreadable(f"HDF5 object header version {prefix[4]} is not known.", address)
        flags = prefix[5]
        at = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        start = at + width
        return (start, start + self.number(at, width)), bool(flags & 0x04)

    def _new_block(self, at: int, end: int, *, prefix: int) -> Iterator[Message]:
        data = self._block(at, end)
        offset = 0
        while offset + prefix <= len(data):
            length = int.from_bytes(data[offset + 1 : offset + 3], "little")
            start = offset + prefix
            if start + length > len(data):
                raise unreadable("An HDF5 message is longer than its header.", at + offset)
            yield Message(data[offset], data[offset + 3], data[start : start + length], at + start)
            offset = start + length

    def _block(self, at: int, end: int) -> bytes:
        if end - at > _LARGEST_HEADER or end < at:
            raise unreadable("An HDF5 object header is unreasonably long.", at)
        return self.raw(at, end - at)

    def _continued(self, message: Message) -> tuple[int, int]:
        at = self.address(message.data, 0)
        tail = message.data[self.offset_width : self.offset_width + self.length_width]
        length = int.from_bytes(tail, "little")
        if at is None or len(tail) != self.length_width:
            raise unreadable("An HDF5 object header goes on nowhere.", message.at)
        if self.raw(at, 4) == b"OCHK":
            return at + 4, at + length - 4
        return at, at + length
