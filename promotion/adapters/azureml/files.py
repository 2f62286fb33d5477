"""Which blobs are an asset's files, and under which paths. Knows listings; reads no content.

An asset's address names either one blob (a single-file asset) or the folder it stands for. Stand-ins
for folders are not files: a folder without files leaves no trace in a manifest, as in any digest
over files.
"""

from typing import Final
from urllib.parse import unquote

import msgspec

from promotion.adapters.azureml.store import Blob, Store
from promotion.domain.errors import InvalidError

_FORBIDDEN: Final = frozenset({"", ".", ".."})


class AssetFiles(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one asset at one store: path relative to the asset's root -> its blob."""

    root: str
    blobs: dict[str, Blob]
    single_file: bool = False

    @property
    def leaf(self) -> str:
        """The last part of the root: the name under which downloads appear."""
        return self.root.rpartition("/")[2]


def list_files(store: Store, label: str) -> AssetFiles:
    """Return the files at the root that the store's grant names.

    Addresses are written with and without percent-encoding in practice, so both readings are tried.

    Raises:
        InvalidError: there are none, or their names cannot be paths of files.
        AzureError: storage did not answer.
    """
    for root in dict.fromkeys((store.grant.root, unquote(store.grant.root))):
        found = _at(store, root, label)
        if found is not None:
            return found
    raise InvalidError(
        f"{label} has no files.",
        "Register a version with at least one file.",
    )


def _at(store: Store, root: str, label: str) -> AssetFiles | None:
    prefix = f"{root}/" if root else ""
    blobs = [blob for blob in store.list(prefix) if not blob.folder]
    alone = store.look(root) if root else None
    if alone is not None and alone.folder:
        alone = None
    if alone is not None and blobs:
        raise InvalidError(
            f"{label}: {root!r} is a file and a folder at once.",
            "Register a version whose files can be told apart.",
        )
    if alone is not None:
        return AssetFiles(root=root, blobs={_path(label, _name(root)): alone}, single_file=True)
    if not blobs:
        return None
    return AssetFiles(
        root=root,
        blobs={_path(label, blob.name.removeprefix(prefix)): blob for blob in blobs},
    )


def _path(label: str, path: str) -> str:
    parts = path.split("/")
    if _FORBIDDEN.isdisjoint(parts) and "\0" not in path:
        return path
    raise InvalidError(
        f"{label} has a blob named {path!r}, which is no path of a file.",
        "Register a version whose file names have no empty parts, `.` or `..`.",
    )


def _name(root: str) -> str:
    return root.rpartition("/")[2]
