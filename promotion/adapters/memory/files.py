"""The files of a version in memory: read by ranges, and hashed into a manifest."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from promotion.domain.assets import AssetRef
from promotion.domain.errors import NotFoundError, StaleError
from promotion.domain.manifest import Manifest, ManifestFile, make_manifest
from promotion.domain.reading import FileReader


@dataclass(frozen=True)
class Reader:
    """Bytes of one file."""

    content: bytes

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.content)

    def read(self, offset: int, length: int) -> bytes:
        """Return a range, shorter only where the content ends."""
        return self.content[offset : offset + max(0, length)]


@dataclass(frozen=True)
class Files:
    """The files of a version; with a manifest, only those very files."""

    #: Returns what the version has now.
    content: Callable[[], dict[str, bytes]]
    asset: AssetRef
    manifest: Manifest | None

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths relative to the version's root."""
        if self.manifest is not None:
            return tuple(file.path for file in self.manifest.files)
        return tuple(sorted(self.content()))

    def open(self, path: str) -> FileReader:
        """Return a reader of one file."""
        if path not in self.paths:
            raise NotFoundError(f"{self.asset.id} has no file {path!r}.")
        content = self.content().get(path, b"")
        wanted = next((f.sha256 for f in getattr(self.manifest, "files", ()) if f.path == path), "")
        if wanted and hashlib.sha256(content).hexdigest() != wanted:
            raise StaleError(f"{path} of {self.asset.id} is not the one of the manifest any more.")
        return Reader(content)


def manifest_of(files: dict[str, bytes], asset: AssetRef) -> Manifest:
    """Return the manifest of a version's files."""
    return make_manifest(
        [
            ManifestFile(
                path=path,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                etag=hashlib.sha256(content).hexdigest()[:16],
            )
            for path, content in files.items()
        ],
        store=asset.home.path,
    )
