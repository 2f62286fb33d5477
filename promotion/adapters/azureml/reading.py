"""The files of a version, read by ranges: what checks look into. Knows blobs by their ETag, no check.

Nothing is asked of the service before a file is opened or listed; then the listing is kept. Every read is
conditional on the ETag that was approved or listed, so that a check never sees other bytes than those.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.errors import storage_translated
from promotion.adapters.azureml.files import list_files
from promotion.adapters.azureml.receipts import CopyRecord
from promotion.adapters.azureml.sources import Source, approved_source
from promotion.adapters.azureml.store import Blob, Store
from promotion.domain.assets import AssetRef
from promotion.domain.errors import NotFoundError
from promotion.domain.manifest import Manifest

#: Ranges of one file that are read at the same time.
_SIDE_BY_SIDE: Final = 8


class BlobReader:
    """The bytes of one blob, as long as it keeps its ETag."""

    def __init__(self, store: Store, blob: Blob, asset: AssetRef) -> None:
        self._store = store
        self._blob = blob
        self._asset = asset

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._blob.size

    def read(self, offset: int, length: int) -> bytes:
        """Return a range, shorter only where the blob ends.

        Raises:
            RetryableError: the blob changed meanwhile, or storage is not ready.
        """
        length = max(0, min(length, self.size - offset))
        if not length:
            return b""
        buffer = bytearray(length)
        with storage_translated(f"reading a file of {self._asset.id}", self._asset.home):
            self._store.read_into(
                memoryview(buffer),
                self._blob.name,
                offset=offset,
                etag=self._blob.etag,
            )
        return bytes(buffer)

    def read_many(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """Return several ranges, read side by side; raises like `read`."""
        with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="range") as pool:
            return list(pool.map(lambda asked: self.read(*asked), ranges))


class VersionFiles:
    """The files of one version, listed when first asked for. Safe to use from several threads."""

    def __init__(
        self, connections: Connections, asset: AssetRef, manifest: Manifest | None
    ) -> None:
        self._connections = connections
        self._asset = asset
        self._manifest = manifest
        self._source: Source | None = None
        self._lock = threading.Lock()

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths relative to the version's root.

        Raises:
            RetryableError: the service or its storage is not ready.
        """
        if self._manifest is not None:
            return tuple(file.path for file in self._manifest.files)
        return tuple(sorted(self._listed().blobs))

    def open(self, path: str) -> BlobReader:
        """Return a reader of one file.

        Raises:
            NotFoundError: there is no such file.
            StaleError: the files are not those of the manifest any more.
            RetryableError: the service or its storage is not ready.
        """
        source = self._listed()
        if path not in source.blobs:
            raise NotFoundError(f"{self._asset.id} has no file {path[:200]!r}.")
        return BlobReader(source.store, source.blobs[path], self._asset)

    def _listed(self) -> Source:
        with self._lock:
            if self._source is None:
                self._source = self._list()
            return self._source

    def _list(self) -> Source:
        if self._manifest is not None:
            return approved_source(self._connections, self._asset, self._manifest, CopyRecord())
        store = self._connections.to_read(self._asset)
        with storage_translated(f"listing the files of {self._asset.id}", self._asset.home):
            return Source(store=store, blobs=list_files(store, self._asset.id).blobs)
