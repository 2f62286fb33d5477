"""How far each file of a copy is, judged by what storage says and what this app remembers.

Pure over a listing and a record. A blob counts as complete only by its receipt (see `receipts`);
one of the right size without a receipt is a stranger: perhaps an earlier try's, perhaps anybody's.
"""

from enum import Enum, auto

import msgspec

from promotion.adapters.azureml.receipts import CopyRecord
from promotion.adapters.azureml.store import Blob
from promotion.adapters.azureml.targets import Target
from promotion.domain.manifest import Manifest, ManifestFile


class Stage(Enum):
    """Where a file of a copy stands."""

    MISSING = auto()
    #: The right size is there, but not known to be by this app.
    STRANGER = auto()
    #: Storage is copying.
    PENDING = auto()
    #: Storage gave up.
    GIVEN_UP = auto()
    COMPLETE = auto()


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """Every file of a copy by its stage."""

    target: Target
    stages: dict[str, Stage]
    files: dict[str, ManifestFile]

    def at(self, *stages: Stage) -> list[ManifestFile]:
        """Return the files at one of these stages."""
        return [self.files[path] for path, stage in self.stages.items() if stage in stages]


def survey(target: Target, manifest: Manifest, record: CopyRecord) -> Survey:
    """Return how far each file is; receipts of copies that have succeeded get their ETag."""
    stages = {
        file.path: _stage(file, target.blobs.get(file.path), record, target.name(file))
        for file in manifest.files
    }
    return Survey(
        target=target,
        stages=stages,
        files={file.path: file for file in manifest.files},
    )


def _stage(file: ManifestFile, blob: Blob | None, record: CopyRecord, name: str) -> Stage:
    if blob is None:
        return Stage.MISSING
    if blob.copy_status == "pending":
        return Stage.PENDING
    receipt = record.files.get(name)
    ours = receipt is not None and receipt.copy_id != "" and receipt.copy_id == blob.copy_id
    if blob.copy_status in {"failed", "aborted"}:
        return Stage.GIVEN_UP if ours else Stage.MISSING
    if receipt is not None and ours and not receipt.etag:
        receipt.etag = blob.etag
    if blob.size != file.size:
        return Stage.MISSING
    if receipt is not None and receipt.etag and receipt.etag == blob.etag:
        return Stage.COMPLETE
    return Stage.STRANGER
