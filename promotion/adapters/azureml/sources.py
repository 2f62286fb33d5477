"""The source of a copy: its files, read into a manifest or compared with the approved one.

ETags hold at one replica. When the service will not lead back to the replica that was approved,
another one is read and compared by content, and its ETags are used from then on.
"""

from typing import Final

import msgspec

from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.errors import storage_translated
from promotion.adapters.azureml.files import AssetFiles, list_files
from promotion.adapters.azureml.hashing import sha256_of
from promotion.adapters.azureml.receipts import CopyRecord
from promotion.adapters.azureml.store import Blob, Store
from promotion.domain.assets import AssetRef
from promotion.domain.errors import InvalidError, RetryableError, StaleError
from promotion.domain.manifest import Manifest, ManifestFile, make_manifest

_SHOWN: Final = 5


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Files that are the approved ones as long as they keep their ETags."""

    store: Store
    blobs: dict[str, Blob]


def read_manifest(connections: Connections, asset: AssetRef) -> Manifest:
    """Read every file of an asset once and return the manifest.

    Raises:
        NotFoundError: there is no such version.
        InvalidError: it has no files, or names that are no paths.
        RetryableError: a file changed while it was read, or storage is not ready.
    """
    store = connections.to_read(asset)
    with storage_translated(f"reading the files of {asset.id}", asset.home):
        files = list_files(store, asset.id)
        hashes = sha256_of(store, files.blobs.values(), connections.settings)
    return make_manifest(
        [_file(path, blob, hashes[blob.name]) for path, blob in files.blobs.items()],
        store=store.grant.store,
        single_file=files.single_file,
    )


def approved_source(
    connections: Connections,
    asset: AssetRef,
    manifest: Manifest,
    record: CopyRecord,
) -> Source:
    """Return the source's files, known to be those of the manifest.

    `record` learns the ETags of another replica than the approved one.

    Raises:
        StaleError: files are missing, more, or have changed.
        RetryableError: a replica is not complete yet, or storage is not ready.
    """
    store = connections.to_read(asset, store=manifest.store)
    files = _listed(asset, manifest, store)
    if store.grant.store == manifest.store:
        _require(asset, files, {file.path: file.etag for file in manifest.files})
        return Source(store=store, blobs=files.blobs)
    known = record.replicas.get(store.grant.store)
    if known is None:
        known = _attested(connections, asset, manifest, store, files)
        record.replicas[store.grant.store] = known
    _require(asset, files, known)
    return Source(store=store, blobs=files.blobs)


def changed(source: Source, path: str) -> bool:
    """Return whether a source file is no longer the one that was listed.

    Raises:
        AzureError: storage did not answer.
    """
    before = source.blobs[path]
    now = source.store.look(before.name)
    return now is None or now.etag != before.etag


def _listed(asset: AssetRef, manifest: Manifest, store: Store) -> AssetFiles:
    try:
        with storage_translated(f"listing the files of {asset.id}", asset.home):
            return list_files(store, asset.id)
    except InvalidError as error:
        if store.grant.store == manifest.store:
            raise _stale(asset, error.problem) from error
        raise RetryableError(f"{store.grant.store}, a replica, is not complete yet.") from error


def _attested(
    connections: Connections,
    asset: AssetRef,
    manifest: Manifest,
    store: Store,
    files: AssetFiles,
) -> dict[str, str]:
    missing = sorted({file.path for file in manifest.files} - set(files.blobs))
    if missing:
        raise RetryableError(
            f"{store.grant.store} is another replica of {asset.id} than the approved one "
            f"and lacks {_shown(missing)}.",
            "It is tried again; replicas catch up.",
        )
    with storage_translated(f"comparing a replica of {asset.id}", asset.home):
        hashes = sha256_of(store, files.blobs.values(), connections.settings)
    approved = {file.path: file.sha256 for file in manifest.files}
    found = {path: hashes[blob.name] for path, blob in files.blobs.items()}
    if found != approved:
        odd = sorted(path for path in found if found[path] != approved.get(path))
        raise _stale(asset, f"other content in {_shown(odd)}")
    return {path: blob.etag for path, blob in files.blobs.items()}


def _require(asset: AssetRef, files: AssetFiles, etags: dict[str, str]) -> None:
    found = {path: blob.etag for path, blob in files.blobs.items()}
    problems = (
        ("missing now", sorted(set(etags) - set(found))),
        ("new since", sorted(set(found) - set(etags))),
        ("changed", sorted(path for path in found if etags.get(path, found[path]) != found[path])),
    )
    told = "; ".join(f"{what}: {_shown(paths)}" for what, paths in problems if paths)
    if told:
        raise _stale(asset, told)


def _stale(asset: AssetRef, what: str) -> StaleError:
    return StaleError(
        f"The files of {asset.id} are not the approved ones any more ({what}).",
        "Nothing was created. The new content needs an approval of its own.",
    )


def stale_file(asset: AssetRef, path: str) -> StaleError:
    """Return the error of one file that changed while it was being copied."""
    return _stale(asset, f"changed: {path!r}")


def _file(path: str, blob: Blob, sha256: str) -> ManifestFile:
    return ManifestFile(path=path, size=blob.size, sha256=sha256, etag=blob.etag, md5=blob.md5)


def _shown(paths: list[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(repr(path) for path in paths[:_SHOWN]) + more
