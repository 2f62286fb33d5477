"""The files of an environment or a component, read by ranges: its definition from the service, the rest from storage.

Knows which path is which; the bytes of the files are `reading`'s matter.
"""

import threading

from promotion.adapters.azureml import contents
from promotion.adapters.azureml.composites import Composite
from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.contents import Made
from promotion.adapters.azureml.reading import VersionFiles
from promotion.domain.assets import AssetRef
from promotion.domain.errors import NotFoundError
from promotion.domain.manifest import Manifest
from promotion.domain.reading import FileReader


class TextReader:
    """Bytes that are in memory already."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self._content)

    def read(self, offset: int, length: int) -> bytes:
        """Return a range, shorter only where the content ends."""
        return self._content[offset : offset + max(0, length)]


class CompositeFiles:
    """An environment or a component as its manifest lists it. Safe to use from several threads."""

    def __init__(
        self,
        connections: Connections,
        asset: AssetRef,
        manifest: Manifest,
        composite: Composite,
    ) -> None:
        self._connections = connections
        self._asset = asset
        self._manifest = manifest
        self._composite = composite
        self._made: Made | None = None
        self._files: VersionFiles | None = None
        self._lock = threading.Lock()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path of the manifest."""
        return tuple(file.path for file in self._manifest.files)

    def open(self, path: str) -> FileReader:
        """Return a reader of one file.

        Raises:
            NotFoundError: there is no such file.
            StaleError: the asset is not the manifest's any more.
            RetryableError: the service or its storage is not ready.
        """
        made, files = self._looked_up()
        if path == self._composite.definition:
            return TextReader(made.definition)
        if files is None or not path.startswith(self._composite.folder):
            raise NotFoundError(f"{self._asset.id} has no file {path[:200]!r}.")
        return files.open(self._composite.inside(path))

    def _looked_up(self) -> tuple[Made, VersionFiles | None]:
        with self._lock:
            if self._made is None:
                self._made = contents.approved(self._connections, self._asset, self._manifest)
                listed = self._composite.files_of(self._manifest)
                if listed and self._made.carrier:
                    self._files = VersionFiles(self._connections, self._made.carrier, listed)
            return self._made, self._files
