"""The files that `audit verify` reads: export, key, anchors, promoted files. Knows no rule of a trail."""

import contextlib
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from promotion.adapters.heads import HeadTable
from promotion.domain.anchor import Broken, verified
from promotion.domain.dsse import Verifier
from promotion.domain.errors import InvalidError
from promotion.domain.export import Seal, SealRecord, read_line
from promotion.domain.ready import ready
from promotion.usecases.verify_audit import Heads, NoHeads, Verification, Wrong
from promotion.wire.public_keys import PublicKey

#: The seal is far shorter; a last line that is longer is none.
_TAIL: Final = 64 * 1024
#: A line that is longer is refused; the largest fact is bounded by the storage's transaction (4 MiB).
_LONGEST: Final = 256 * 1024 * 1024


class Unreadable(Exception):  # noqa: N818 -- a finding about a file
    """A file cannot be read at all; the text says which and why."""


class Offline(msgspec.Struct, kw_only=True):
    """What to verify, with what, and what could not be verified for want of something."""

    verification: Verification
    lines: Iterator[bytes]
    notes: tuple[str, ...]


@contextlib.contextmanager
def opened(
    file: Path, *, key: Path | None, anchors: Path | None, files: Path | None
) -> Iterator[Offline]:
    """Open everything that was given.

    Raises:
        Unreadable: a file cannot be read.
    """
    try:
        with file.open("rb") as export, HeadTable() as table:
            verifier = PublicKey(key.read_bytes()) if key else None
            notes = [] if key else ["Signatures were not judged: no --key was given."]
            heads: Heads = NoHeads()
            broken: tuple[Wrong, ...] = ()
            if anchors:
                seal = _seal(export)
                broken = _anchored(table, anchors, verifier, seal, notes)
                heads = table
            else:
                notes.append("Vanished requests were not looked for: no --anchors were given.")
            if not export.seek(0, io.SEEK_END):
                raise Unreadable(f"{file} is empty.")
            export.seek(0)
            yield Offline(
                verification=Verification(
                    verifier=verifier,
                    heads=heads,
                    files=_hashed(files) if files else None,
                    before=broken,
                ),
                lines=_lines(export),
                notes=tuple(notes),
            )
    except InvalidError as error:
        raise Unreadable(f"{key}: {error}") from error
    except OSError as error:
        raise Unreadable(f"{error.filename or file} cannot be read: {error.strerror}.") from error


def _lines(export: BinaryIO) -> Iterator[bytes]:
    while line := export.readline(_LONGEST):
        yield line


def _seal(export: BinaryIO) -> Seal | None:
    # Only to know which anchors are younger than the export; the seal itself is judged in its place.
    length = export.seek(0, io.SEEK_END)
    export.seek(max(0, length - _TAIL))
    *_, last = [b"", *export.read().splitlines(keepends=True)]
    try:
        record = read_line(last)
        if not isinstance(record, SealRecord):
            return None
        return msgspec.json.decode(record.envelope.content, type=ready(Seal))
    except ValueError:
        return None


def _anchored(
    table: HeadTable,
    path: Path,
    verifier: Verifier | None,
    seal: Seal | None,
    notes: list[str],
) -> tuple[Wrong, ...]:
    younger = 0
    with path.open("rb") as file:
        try:
            for anchor in verified(_lines(file), verifier):
                if seal and anchor.at > seal.began:
                    younger += 1
                elif problem := table.add(anchor.heads):
                    return (Wrong(line=0, what=f"{path}: {problem}"),)
        except Broken as error:
            return (Wrong(line=0, what=f"{path}: {error}"),)
    if younger:
        notes.append(f"{younger} anchors are younger than the export and say nothing about it.")
    return ()


def _hashed(folder: Path) -> Mapping[str, str]:
    if not folder.is_dir():
        raise Unreadable(f"{folder} is not a folder.")
    found: dict[str, str] = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[path.relative_to(folder).as_posix()] = digest
    return found
