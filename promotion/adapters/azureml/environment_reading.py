"""The files of an environment, read by ranges: its definition from the service, its context from storage.

Knows which path is which; the bytes of the context are `reading`'s matter.
"""

import threading

from promotion.adapters.azureml import environments
from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.reading import VersionFiles
from promotion.domain.assets import AssetRef
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


class EnvironmentFiles:
    """An environment as its manifest lists it. Safe to use from several threads."""

    def __init__(self, connections: Connections, asset: AssetRef, manifest: Manifest) -> None:
        self._connections = connections
        self._asset = asset
        self._manifest = manifest
        context = environments.context_of(manifest)
        self._context = VersionFiles(connections, asset, context) if context else None
        self._definition: bytes | None = None
        self._lock = threading.Lock()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path of the manifest."""
        return tuple(file.path for file in self._manifest.files)

    def open(self, path: str) -> FileReader:
        """Return a reader of one file.

        Raises:
            NotFoundError: there is no such file.
            StaleError: the environment is not the manifest's any more.
            RetryableError: the service or its storage is not ready.
        """
        if path == environments.DEFINITION or self._context is None:
            return TextReader(self._read_definition())
        return self._context.open(environments.in_context(path))

    def _read_definition(self) -> bytes:
        with self._lock:
            if self._definition is None:
                document = self._connections.plane.version(self._asset)
                definition = environments.read_definition(self._asset, document)
                environments.require_approved(self._asset, definition, self._manifest)
                self._definition = definition.canonical
            return self._definition
