"""Finder for HDF5, which Keras keeps models and weights in: ways out of the file, and texts that loaders run.

Datasets are numbers and are not read. What attributes hold is looked at like files: a model's configuration as
JSON, everything else for pickles and credentials.
"""

from typing import Final

from promotion.checks.scan import polyglot
from promotion.checks.scan.credentials import note_credentials
from promotion.checks.scan.finders import json_document
from promotion.checks.scan.hdf5 import groups
from promotion.checks.scan.hdf5.attributes import Value, values
from promotion.checks.scan.hdf5.reader import SHARED, Hdf5, Message
from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.problems import unreadable
from promotion.checks.scan.sources import PartSource
from promotion.checks.scan.subject import Subject

_EXTERNAL_FILES: Final = 0x07
_LAYOUT: Final = 0x08
_FILTERS: Final = 0x0B
_ATTRIBUTE: Final = 0x0C
_ATTRIBUTE_INFO: Final = 0x15
#: Messages whose content is judged, and so must be where the message is.
_READ: Final = {_EXTERNAL_FILES, _LAYOUT, _FILTERS, _ATTRIBUTE, _ATTRIBUTE_INFO}
_VIRTUAL: Final = 3
#: Layout versions that have a class in their second byte.
_CLASSED_LAYOUTS: Final = {3, 4, 5}
#: Deflate, shuffle, checksum, szip, n-bit, scale-offset, and h5py's own LZF; others are plug-ins' code.
_FILTERS_KNOWN: Final = {1, 2, 3, 4, 5, 6, 32000}
#: Texts shorter than this hold no pickle that does anything.
_SHORTEST: Final = 6
#: What is looked at of a text before it is known what it is.
_HEAD: Final = 4_096


def find(subject: Subject) -> None:
    """Walk every object of the file."""
    groups.walk(Hdf5(subject.source, subject.budget), _Judge(subject))


class _Judge(groups.Visitor):
    """Reports what is wrong with each object."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._file = Hdf5(subject.source, subject.budget)

    def message(self, path: str, message: Message) -> None:
        """Judge one message of an object's header."""
        kind, data = message.kind, message.data
        if message.flags & SHARED and kind in _READ:
            raise unreadable(
                "An HDF5 message that has to be judged is stored elsewhere.", message.at
            )
        if kind == _EXTERNAL_FILES:
            self._block_external(path, "stores its data in other files", message.at)
        elif (
            kind == _LAYOUT
            and data[:1]
            and data[0] in _CLASSED_LAYOUTS
            and data[1:2] == bytes((_VIRTUAL,))
        ):
            self._block_external(path, "takes its data from other datasets", message.at)
        elif kind == _FILTERS:
            self._filters(path, message)
        elif kind == _ATTRIBUTE:
            self._attribute(path, message)
        elif kind == _ATTRIBUTE_INFO:
            self._attribute_info(message)

    def way_out(self, path: str, at: int) -> None:
        """Judge a link that does not lead to an object of the file."""
        self._block_external(path, "is a link to another file", at)

    def _block_external(self, path: str, what: str, at: int) -> None:
        self._subject.block("hdf5-external", f"{path[:200] or '/'} {what}.", at, object=path[:200])

    def _filters(self, path: str, message: Message) -> None:
        for identifier in _filter_identifiers(message):
            if identifier not in _FILTERS_KNOWN:
                self._subject.block(
                    "hdf5-filter",
                    f"{path[:200]} is stored through filter {identifier}, which is a plug-in's code.",
                    message.at,
                    filter=identifier,
                )

    def _attribute_info(self, message: Message) -> None:
        flags = message.data[1] if len(message.data) > 1 else 0
        if self._file.address(message.data, 2 + (2 if flags & 1 else 0)) is not None:
            raise unreadable("An HDF5 object keeps its attributes in a fractal heap.", message.at)

    def _attribute(self, path: str, message: Message) -> None:
        for value in values(self._file, message):
            if value.length >= _SHORTEST:
                self._text(path, value)

    def _text(self, path: str, value: Value) -> None:
        subject = self._subject
        head = subject.source.read(value.start, min(value.length, _HEAD))
        note_credentials(subject, head, value.start)
        name = f"{path}@{value.name}".lstrip("/")
        part = PartSource(subject.source, value.start, _without_padding(subject, value))
        attribute = subject.child(name, part)
        if head.lstrip()[:1] in {b"{", b"["}:
            subject.examine(attribute, json_document.find, Kind.JSON)
        else:
            polyglot.check(attribute)


def _without_padding(subject: Subject, value: Value) -> int:
    """Texts of fixed length are filled up with zeros."""
    if value.length > _HEAD:
        return value.length
    return len(subject.source.read(value.start, value.length).rstrip(b"\0"))


def _filter_identifiers(message: Message) -> list[int]:
    data = message.data
    if len(data) < 2 or data[0] not in {1, 2}:  # noqa: PLR2004 - version and count
        raise unreadable("An HDF5 filter list is damaged.", message.at)
    found: list[int] = []
    at = 8 if data[0] == 1 else 2
    for _ in range(data[1]):
        found.append(int.from_bytes(data[at : at + 2], "little"))
        at = _behind_filter(data, at)
    return found


def _behind_filter(data: bytes, at: int) -> int:
    identifier = int.from_bytes(data[at : at + 2], "little")
    named = data[0] == 1 or identifier >= 256  # noqa: PLR2004 - identifiers below have no name
    name = int.from_bytes(data[at + 2 : at + 4], "little") if named else 0
    at += 4 if named else 2
    count = int.from_bytes(data[at + 2 : at + 4], "little")
    padded = data[0] == 1
    name = -(-name // 8) * 8 if padded else name
    return at + 4 + name + 4 * count + (4 if padded and count % 2 else 0)
