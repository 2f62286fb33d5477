"""What this app itself copied, remembered where nobody else writes.

A blob in the target's container that looks like an approved file may be anybody's: whoever may
write to the registry can put it there, with any metadata and any claimed MD5. So a file counts as
copied only when the app's own record has the ETag (or the copy's id) that storage gave *this app*
for it: both are storage's, change with every write, and cannot be chosen by a writer. A record that
is lost or old costs time (the file is read and compared, or copied again), never correctness.
"""

import logging
import threading
from typing import Any, Final, Protocol

import msgspec
from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import ContainerClient

from promotion.adapters.azureml.errors import cause
from promotion.domain.assets import AssetRef
from promotion.domain.errors import RetryableError
from promotion.domain.ready import ready

_log = logging.getLogger(__name__)
_JSON: Final = msgspec.json.Encoder()


class Receipt(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of one file at the target."""

    #: Storage's ETag of the complete copy.
    etag: str = ""
    #: Storage's id of the copy that this app started; its ETag counts when it has succeeded.
    copy_id: str = ""
    #: Makes the names of this app's unfinished blocks, so that others' are not taken for them.
    upload: str = ""
    #: How often storage gave up a copy.
    failures: int = 0


class CopyRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of one copy: files at the target, replicas of the source."""

    #: The target container that the receipts are about.
    store: str = ""
    #: Blob name -> its receipt.
    files: dict[str, Receipt] = msgspec.field(default_factory=dict)
    #: Source store -> path -> ETag, of replicas whose content was compared with the manifest.
    replicas: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)

    def of(self, name: str) -> Receipt:
        """Return a blob's receipt, a new one when there is none."""
        return self.files.setdefault(name, Receipt())


class Receipts(Protocol):
    """Keeps records; the last writer wins."""

    def load(self, key: str) -> bytes | None:
        """Return what was kept under `key`, or None."""
        ...

    def save(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`."""
        ...


class MemoryReceipts:
    """Records that end with the process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def load(self, key: str) -> bytes | None:
        """Return what was kept under `key`, or None."""
        with self._lock:
            return self._kept.get(key)

    def save(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`."""
        with self._lock:
            self._kept[key] = content


class BlobReceipts:
    """Records as blobs in the app's own storage account: one that only the app may write to."""

    def __init__(self, container: ContainerClient) -> None:
        """Use a container; `prepare` makes it."""
        self._container = container

    def prepare(self) -> None:
        """Create the container if it is missing."""
        try:
            self._container.create_container()
        except ResourceExistsError:
            return
        except AzureError as error:
            raise _unavailable(error) from cause(error)

    def load(self, key: str) -> bytes | None:
        """Return what was kept under `key`, or None."""
        try:
            content: bytes = self._container.download_blob(f"{key}.json").readall()
        except ResourceNotFoundError:
            return None
        except AzureError as error:
            raise _unavailable(error) from cause(error)
        return content

    def save(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`."""
        try:
            self._container.upload_blob(f"{key}.json", content, overwrite=True)
        except AzureError as error:
            raise _unavailable(error) from cause(error)


def load(receipts: Receipts, target: AssetRef, digest: str, store: str) -> CopyRecord:
    """Return the record of a copy into `store`; a new one when there is none that fits."""
    content = receipts.load(_key(target, digest))
    record = CopyRecord() if content is None else _decoded(content, target)
    if record.store != store:
        record = CopyRecord(store=store, replicas=record.replicas)
    return record


def save(receipts: Receipts, target: AssetRef, digest: str, record: CopyRecord) -> None:
    """Keep the record of a copy."""
    receipts.save(_key(target, digest), _JSON.encode(record))


def _decoded(content: bytes, target: AssetRef) -> CopyRecord:
    try:
        return msgspec.json.decode(content, type=ready(CopyRecord))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        # Losing it is safe: what was copied is recognised by its content.
        fields: dict[str, Any] = {"target": target.id, "reason": str(error)}
        _log.warning("copy record unreadable, begun anew", extra=fields)
        return CopyRecord()


def _key(target: AssetRef, digest: str) -> str:
    asset = f"{target.home.name.lower()}/{target.kind}/{target.name}/{target.version}"
    return f"{asset}/{digest.removeprefix('sha256:')}"


def _unavailable(error: AzureError) -> RetryableError:
    return RetryableError(
        f"The record of copies in the app's own storage is not available ({type(error).__name__}).",
        "If it goes on: give the app's identity the role Storage Blob Data Contributor there.",
    )
