"""Local files and folders as what the scan reads: by ranges, without following links out of the folder.

Knows the file system; not what is scanned for. A file that changes while it is read is an error, not an answer.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from promotion.checks.scan.model import Finding, ScanFile, Severity
from promotion.checks.scan.rules import RULES

#: Files of one scan; more than this is not a model's folder.
_MOST_FILES: Final = 100_000


class UnreadablePathError(Exception):
    """A path that cannot be scanned: it is missing, may not be read, or changed meanwhile."""


class LocalFiles(msgspec.Struct, frozen=True):
    """What was found under paths: files to scan, and findings about what must not be opened."""

    files: tuple[ScanFile, ...]
    findings: tuple[Finding, ...]


class LocalReader:
    """One local file by ranges. It is opened for each read, so that a folder of any size needs no open files."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with _opened(path) as descriptor:
            self._identity = _identity(os.fstat(descriptor))
        self.size = self._identity[2]

    def read(self, offset: int, length: int) -> bytes:
        """Return a range of the file.

        Raises:
            UnreadablePathError: the file cannot be read, or is not the one it was.
        """
        with _opened(self._path) as descriptor:
            if _identity(os.fstat(descriptor)) != self._identity:
                raise UnreadablePathError(
                    f"{self._path} changed while it was scanned. Scan it again."
                )
            return os.pread(descriptor, length, offset)


def open_paths(paths: Sequence[Path]) -> LocalFiles:
    """Return the files of paths; a folder's are named by their place in it, a file by its name.

    Links that stay inside a given folder are followed to files; others, and what is no file, become findings.

    Raises:
        UnreadablePathError: a path is missing or may not be read.
    """
    files: list[ScanFile] = []
    findings: list[Finding] = []
    for path in paths:
        several = len(paths) > 1
        prefix = f"{path.name or path.resolve().name}/" if several and path.is_dir() else ""
        for name, place in _walk(path):
            problem = _problem(place, path)
            if problem:
                findings.append(_finding(prefix + name, problem))
            else:
                files.append(ScanFile(path=prefix + name, reader=LocalReader(place)))
            if len(files) > _MOST_FILES:
                raise UnreadablePathError(f"{path} holds more than {_MOST_FILES:,} files.")
    return LocalFiles(tuple(files), tuple(findings))


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open a file for reading; never waiting for a pipe's other end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UnreadablePathError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _walk(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield everything that is no folder, with its name below `path`."""
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except OSError as error:
        raise UnreadablePathError(f"{path} cannot be read: {error.strerror}.") from error
    if not is_folder:
        yield path.name, path
        return
    for folder, folders, names in os.walk(path, onerror=_refuse):
        folders.sort()
        here = Path(folder)
        linked = [name for name in folders if (here / name).is_symlink()]
        for name in sorted([*names, *linked]):
            yield (here / name).relative_to(path).as_posix(), here / name


def _refuse(error: OSError) -> None:
    raise UnreadablePathError(f"{error.filename} cannot be read: {error.strerror}.") from error


def _problem(place: Path, root: Path) -> str | None:
    """Return why a path below `root` must not be opened, or nothing."""
    if place.is_symlink() and place != root:
        target = place.resolve()
        if not target.is_relative_to(root.resolve()):
            return "It is a link that leaves the folder."
        if target.is_dir():
            return "It is a link to a folder."
    try:
        mode = place.stat().st_mode
    except OSError as error:
        return f"It is a link that leads nowhere: {error.strerror}."
    return None if stat.S_ISREG(mode) else "It is a device, a pipe or a socket."


def _finding(name: str, problem: str) -> Finding:
    return Finding(
        rule="file-link",
        severity=Severity.BLOCK,
        path=name,
        offset=None,
        message=f"{problem} {RULES['file-link'].advice}",
    )
