"""Finder for zip archives: every member, wherever it lies and whatever it is called.

Knows how to walk an archive; what torch keeps where is `torch_zip`'s business.
"""

import stat
from itertools import batched
from typing import Final

from promotion.checks.scan.archives.zip_directory import Entry, read_directory
from promotion.checks.scan.archives.zip_member import ENCRYPTED, Place, locate
from promotion.checks.scan.codecs import Codec
from promotion.checks.scan.expectations import describes_others
from promotion.checks.scan.finders import torch_export, torch_zip
from promotion.checks.scan.finders.members import Names
from promotion.checks.scan.finders.places import Layout
from promotion.checks.scan.inflate import InflatedSource
from promotion.checks.scan.problems import ProblemError
from promotion.checks.scan.sources import PartSource, Source
from promotion.checks.scan.subject import Group, Subject

_STORED: Final = 0
#: Members whose beginnings are read at once.
_SIDE_BY_SIDE: Final = 32
_CODECS: Final = {8: Codec.DEFLATE, 12: Codec.BZIP2}


def find(subject: Subject) -> None:
    """Look at every member of a zip archive, and at the bytes between them."""
    entries, directory = read_directory(subject.source, subject.budget)
    group = Group(frozenset(entry.name for entry in entries))
    layout = _layout(group.names)
    names = Names(subject)
    spans: list[tuple[int, int]] = []
    # Headers are read together with the content behind them: what lies apart costs a request each, side by side.
    ordered = sorted(entries, key=lambda entry: not describes_others(entry.name))
    for some in batched(ordered, _SIDE_BY_SIDE, strict=False):
        subject.source.prefetch(entry.header for entry in some)
        for entry in some:
            place = locate(subject.source, entry)
            spans.append((entry.header, place.next))
            names.add(entry.name, entry.header)
            _look_into(subject, entry, place, group, layout)
    _check_gaps(subject, sorted(spans), directory)
    group.settle()


def _layout(names: frozenset[str]) -> Layout | None:
    """Return the layout that an archive's names tell of."""
    for layout in (torch_zip, torch_export):
        root = layout.root_of(names)
        if root is not None:
            return Layout(root, layout.PLACES)
    return None


def _check_gaps(subject: Subject, spans: list[tuple[int, int]], directory: int) -> None:
    """Members must fill the archive up to its directory, one after the other."""
    expected = 0
    for start, end in [*spans, (directory, directory)]:
        if start < expected:
            raise ProblemError("archive-bomb", "Members of the zip archive overlap.", start)
        if start > expected:
            what = "before" if expected == 0 else "between or behind"
            subject.block(
                "archive-hidden-data",
                f"Data lies {what} the zip archive's members, where a reader of another format may find it.",
                expected,
                bytes=start - expected,
            )
        expected = end


def _look_into(
    subject: Subject, entry: Entry, place: Place, group: Group, layout: Layout | None
) -> None:
    if _is_special(entry):
        subject.block(
            "archive-link",
            f"The member {entry.name[:200]!r} is a link or a device.",
            entry.header,
        )
        return
    if entry.flags & ENCRYPTED:
        subject.block(
            "encrypted", f"The member {entry.name[:200]!r} is marked as encrypted.", entry.header
        )
        return
    source = _content(subject, entry, place)
    if source is None or (entry.name.endswith("/") and entry.size == 0):
        return
    member = subject.child(entry.name, source, group)
    if layout is None or not layout.look_into(member):
        subject.examine(member)
    if source.size != entry.size:
        raise ProblemError(
            "archive-mismatch",
            f"The member {entry.name[:200]!r} has {source.size:,} bytes, its directory says {entry.size:,}.",
            entry.header,
        )


def _is_special(entry: Entry) -> bool:
    mode = entry.attributes >> 16
    return stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}


def _content(subject: Subject, entry: Entry, place: Place) -> Source | None:
    part = PartSource(subject.source, place.start, place.end - place.start)
    if entry.method == _STORED:
        return part
    codec = _CODECS.get(entry.method)
    if codec is None:
        subject.block(
            "unsupported-kind",
            f"The member {entry.name[:200]!r} is compressed by method {entry.method}.",
            entry.header,
        )
        return None
    return InflatedSource(part, codec, subject.budget)
