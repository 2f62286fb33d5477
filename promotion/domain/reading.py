"""Reading an asset's files by ranges, as protocols. Knows no storage; checks use it, adapters implement it."""

from typing import Protocol

from promotion.domain.errors import NotFoundError


class FileReader(Protocol):
    """The bytes of one file."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset` on, fewer only where the file ends.

        Raises:
            RetryableError: storage is not ready.
            StaleError: the file is not the one that was listed any more.
        """
        ...


class FileAccess(Protocol):
    """The files of one asset. Safe to use from several threads."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths relative to the asset's root, with `/` between folders.

        Raises:
            RetryableError: storage is not ready.
        """
        ...

    def open(self, path: str) -> FileReader:
        """Return a reader of one file; it needs no closing.

        Raises:
            NotFoundError: there is no such file.
            RetryableError: storage is not ready.
            StaleError: the files are not the ones that were listed any more.
        """
        ...


class NoFiles:
    """Access to no file at all: where nothing needs to be read, or there is nothing."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()

    def open(self, path: str) -> FileReader:
        """Refuse: there is no file."""
        raise NotFoundError(f"There is no file {path[:200]!r}.")
