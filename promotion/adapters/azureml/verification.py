"""Compares what arrived with what was approved, before and after the version is created.

Before: every file by size, by the app's own receipt for its ETag or else by content, by MD5 where
storage keeps one. After: names and sizes where the registry says the version's files are.
"""

from typing import Final

from opentelemetry import trace

from promotion.adapters.azureml import receipts as records
from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.errors import storage_translated
from promotion.adapters.azureml.files import list_files
from promotion.adapters.azureml.receipts import CopyRecord, Receipts
from promotion.adapters.azureml.recognition import recognise
from promotion.adapters.azureml.survey import Stage, survey
from promotion.adapters.azureml.targets import Target, open_target
from promotion.domain.assets import AssetRef
from promotion.domain.errors import BrokenError, InvalidError, NotFoundError, RetryableError
from promotion.domain.manifest import Manifest

_SHOWN: Final = 5
_TRACER: Final = trace.get_tracer("promotion")


class OtherContentError(BrokenError):
    """A version that was just made holds something else than was approved, for certain."""


@_TRACER.start_as_current_span("registries.verify")
def arrived(
    connections: Connections,
    receipts: Receipts,
    files: Manifest,
    asset: AssetRef,
) -> str:
    """Return the address of the files that have arrived for a version to come, which are the approved ones.

    Raises:
        TakenError: the version exists, or was deleted.
        BrokenError: files are missing or have other content.
        RetryableError: storage is not ready.
    """
    target = open_target(connections, asset, files)
    record = records.load(receipts, asset, files.digest, target.store.grant.store)
    require_arrived(connections, asset, files, target, record)
    return target.uri


def require_arrived(
    connections: Connections,
    asset: AssetRef,
    manifest: Manifest,
    target: Target,
    record: CopyRecord,
) -> None:
    """Accept the files at the target as the approved ones; `record` learns what was compared.

    Raises:
        BrokenError: files are missing or have other content.
        RetryableError: storage is not ready.
    """
    found = survey(target, manifest, record)
    if found.at(Stage.STRANGER):
        recognise(found, record, connections.settings, asset)
        found = survey(target, manifest, record)
    wrong = [file.path for file in manifest.files if found.stages[file.path] is not Stage.COMPLETE]
    if wrong:
        raise _not_arrived(asset, "missing or not the approved content", wrong)
    odd = [
        file.path
        for file in manifest.files
        if file.md5 and target.blobs[file.path].md5 not in {"", file.md5}
    ]
    if odd:
        raise _not_arrived(asset, "another MD5 than the source", odd)


def require_listed(connections: Connections, asset: AssetRef, manifest: Manifest) -> None:
    """Accept a created version when its files have the approved names and sizes.

    Raises:
        OtherContentError: they have not; the version exists.
        RetryableError: not all of them show yet, or storage is not ready.
    """
    found = _listed(connections, asset)
    approved = {file.path: file.size for file in manifest.files}
    odd = sorted(path for path, _ in found.items() ^ approved.items())
    if found.items() < approved.items():
        raise RetryableError(
            f"{asset.id} was created, but does not show all of its files yet: {odd[:_SHOWN]}.",
            "It is looked at again. If it goes on, compare the registry's regions.",
        )
    if odd:
        raise OtherContentError(
            f"{asset.id} was created, but its files are not the approved ones: {odd[:_SHOWN]}.",
            "Find out who writes to the registry, then promote the content as another version.",
        )


def _listed(connections: Connections, asset: AssetRef) -> dict[str, int]:
    """Return paths and sizes as the region shows them that answers; a new version reaches each in its time."""
    try:
        store = connections.to_read(asset)
        with storage_translated(f"listing the files of {asset.id}", asset.home):
            files = list_files(store, asset.id)
    except (NotFoundError, InvalidError) as error:
        raise RetryableError(
            f"{asset.id} was created, but does not show any files yet.", "It is looked at again."
        ) from error
    return {path: blob.size for path, blob in files.blobs.items()}


def _not_arrived(asset: AssetRef, what: str, paths: list[str]) -> BrokenError:
    shown = ", ".join(repr(path) for path in paths[:_SHOWN])
    return BrokenError(
        f"What arrived for {asset.id} is not what was approved: {what}: {shown}"
        f"{f' and {len(paths) - _SHOWN} more' if len(paths) > _SHOWN else ''}.",
        "No version was created. Retry the promotion; if it happens again, see who has a role "
        "on the registry.",
    )
