"""HDF5's groups: which objects there are, and links that lead out of the file.

Facts: specification 3.0, sections III.A to III.D (trees, heaps) and IV.A.2.g, r (link messages). Groups whose
links lie in a fractal heap are refused: h5py only writes them when asked to.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from promotion.checks.scan.hdf5.reader import Hdf5, Message
from promotion.checks.scan.problems import LimitError, unreadable

_LINK_INFO: Final = 0x02
_LINK: Final = 0x06
_SYMBOL_TABLE: Final = 0x11
_HARD: Final = 0
_SOFT: Final = 1
_CACHED_SOFT_LINK: Final = 2
_DEEPEST_TREE: Final = 20
_MOST_OBJECTS: Final = 200_000
_LONGEST_NAME: Final = 4_096


class Child(NamedTuple):
    """A link of a group: to an object in the file, or out of it when there is no address."""

    name: str
    address: int | None
    at: int


def children(file: Hdf5, message: Message) -> Iterator[Child]:
    """Yield the links that a message of a group's header tells of."""
    if message.kind == _SYMBOL_TABLE:
        yield from _symbol_table(file, message)
    elif message.kind == _LINK:
        link = _link(file, message)
        if link is not None:
            yield link
    elif message.kind == _LINK_INFO:
        flags = message.data[1] if len(message.data) > 1 else 0
        if file.address(message.data, 2 + (8 if flags & 1 else 0)) is not None:
            raise unreadable("An HDF5 group keeps its links in a fractal heap.", message.at)


def _symbol_table(file: Hdf5, message: Message) -> Iterator[Child]:
    tree = file.address(message.data, 0)
    heap = file.address(message.data, file.offset_width)
    if tree is None or heap is None:
        return
    if file.raw(heap, 4) != b"HEAP":
        raise unreadable("An HDF5 group has no heap for its names.", heap)
    names = file.number(heap + 8 + 2 * file.length_width, file.offset_width)
    yield from _tree(file, tree, names, 0)


def _tree(file: Hdf5, at: int, names: int, depth: int) -> Iterator[Child]:
    head = file.raw(at, 8)
    if head[:4] == b"SNOD":
        yield from _node(file, at, int.from_bytes(head[6:8], "little"), names)
        return
    if head[:5] != b"TREE\0" or depth > _DEEPEST_TREE:
        raise unreadable("An HDF5 group's tree is damaged.", at)
    used = int.from_bytes(head[6:8], "little")
    start = at + 8 + 2 * file.offset_width + file.length_width
    for index in range(used):
        child = start + index * (file.offset_width + file.length_width)
        file.budget.spend(1)
        yield from _tree(file, file.number(child, file.offset_width), names, depth + 1)


def _node(file: Hdf5, at: int, count: int, names: int) -> Iterator[Child]:
    width = 2 * file.offset_width + 24
    for index in range(count):
        entry = at + 8 + index * width
        name = _name(file, names + file.number(entry, file.offset_width))
        kind = file.number(entry + 2 * file.offset_width, 4)
        if kind == _CACHED_SOFT_LINK:
            continue
        yield Child(name, file.number(entry + file.offset_width, file.offset_width), entry)


def _name(file: Hdf5, at: int) -> str:
    content = file.source.read(at, 256)
    if b"\0" not in content:
        content = file.source.read(at, _LONGEST_NAME)
    name, end, _ = content.partition(b"\0")
    if not end:
        raise unreadable("An HDF5 link's name has no end.", at)
    return name.decode(errors="replace")


def _link(file: Hdf5, message: Message) -> Child | None:
    """Read a link message; nothing for a soft link, which stays inside the file."""
    data = message.data
    if len(data) < 4 or data[0] != 1:  # noqa: PLR2004 - the shortest link message
        raise unreadable("An HDF5 link message is damaged.", message.at)
    flags, at = data[1], 2
    kind = _HARD
    if flags & 0x08:
        kind, at = data[at], at + 1
    at += (8 if flags & 0x04 else 0) + (1 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    length = int.from_bytes(data[at : at + width], "little")
    name = data[at + width : at + width + length].decode(errors="replace")
    if kind == _SOFT:
        return None
    address = file.address(data, at + width + length) if kind == _HARD else None
    return Child(name, address, message.at)


def walk(file: Hdf5, visit: "Visitor") -> None:
    """Visit every object once: its messages, and then its children.

    Raises:
        ProblemError: the file is damaged, or holds too many objects.
    """
    waiting: list[tuple[str, int]] = [("", file.root)]
    seen: set[int] = set()
    while waiting:
        path, address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        if len(seen) > _MOST_OBJECTS:
            raise LimitError("The HDF5 file holds too many objects to be judged.")
        for message in file.messages(address):
            visit.message(path, message)
            for child in children(file, message):
                place = f"{path}/{child.name}"
                if child.address is None:
                    visit.way_out(place, child.at)
                else:
                    waiting.append((place, child.address))


class Visitor(Protocol):
    """What is told of each object while a file is walked."""

    def message(self, path: str, message: Message) -> None:
        """Take one message of the object at `path`."""
        ...

    def way_out(self, path: str, at: int) -> None:
        """Take a link that leads to another file, or that only a plug-in understands."""
        ...
