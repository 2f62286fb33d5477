"""Tells by content whether blobs of unknown origin are the approved files.

The only proof for a blob this app has no receipt for: its bytes, read while its ETag stays the same.
"""

from promotion.adapters.azureml.errors import storage_translated
from promotion.adapters.azureml.hashing import sha256_of
from promotion.adapters.azureml.receipts import CopyRecord
from promotion.adapters.azureml.settings import CopySettings
from promotion.adapters.azureml.survey import Stage, Survey
from promotion.domain.assets import AssetRef


def recognise(
    found: Survey,
    record: CopyRecord,
    settings: CopySettings,
    asset: AssetRef,
) -> None:
    """Write receipts for the strangers among the files that have the approved content.

    Of any size: another worker may have brought them, and made a version over them a moment later. Copying
    over them unseen would take a production version's bytes away while they are written anew.

    Args:
        found: the files by stage.
        record: gets the receipts.
        settings: how parallel, how much memory.
        asset: the target, for messages.

    Raises:
        RetryableError: storage is not ready, or a blob changed while it was read.
    """
    strangers = {found.target.name(file): file for file in found.at(Stage.STRANGER)}
    blobs = {found.target.name(file): found.target.blobs[file.path] for file in strangers.values()}
    with storage_translated(f"comparing what lies at the target of {asset.id}", asset.home):
        hashes = sha256_of(found.target.store, blobs.values(), settings)
    for name, file in strangers.items():
        if hashes[name] == file.sha256:
            receipt = record.of(name)
            receipt.etag, receipt.copy_id = blobs[name].etag, ""
