"""Where a copy arrives: a folder of its own in the version's container, named by the digest.

The container of a version to come is the registry's; what earlier tries or others left there cannot
be deleted (the signature allows no delete) and must not become part of the version. So the approved
files go into a folder that the version's address names, and a folder that holds anything else is
left for the next one.
"""

from collections import defaultdict
from typing import Final
from urllib.parse import quote

import msgspec

from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.errors import storage_translated
from promotion.adapters.azureml.store import Blob, Store
from promotion.domain.assets import AssetRef
from promotion.domain.errors import BrokenError
from promotion.domain.manifest import Manifest, ManifestFile

_FOLDERS: Final = 9
#: Enough of the digest that no two contents meet in one container; short in every address.
_DIGITS: Final = 32


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A folder in the container of a version to come, and what it holds now."""

    store: Store
    #: Blob name without the file's own path, a slash at its end.
    prefix: str
    #: What the version's address names: the folder, or the one file.
    root: str
    #: Path relative to the asset's root -> the blob there.
    blobs: dict[str, Blob]

    def name(self, file: ManifestFile) -> str:
        """Return the blob name of a file."""
        return f"{self.prefix}{file.path}"

    @property
    def uri(self) -> str:
        """The address to register the version with.

        As azure-ai-ml writes such addresses, names stand in them as they are; only a question mark,
        which would end the path, has them percent-encoded.
        """
        root = quote(self.root, safe="/") if "?" in self.root else self.root
        return f"{self.store.grant.endpoint}/{self.store.grant.container}/{root}"


def open_target(connections: Connections, asset: AssetRef, manifest: Manifest) -> Target:
    """Return the folder where the approved files belong, with what is there.

    Raises:
        TakenError: the version exists, or was deleted.
        BrokenError: every folder of this digest holds foreign files.
        RetryableError: storage is not ready.
    """
    store = connections.to_write(asset)
    target = look_again(store, asset, manifest)
    if target is None:
        raise BrokenError(
            f"The container of {asset.id} holds foreign files in every folder for this digest.",
            "Somebody else writes there: see who has a role on the registry, then promote this "
            "content as another version.",
        )
    return target


def look_again(store: Store, asset: AssetRef, manifest: Manifest) -> Target | None:
    """Return the first folder for the manifest without foreign files, or None: there is none.

    Raises:
        RetryableError: storage is not ready.
    """
    base = manifest.digest.removeprefix("sha256:")[:_DIGITS]
    with storage_translated(f"listing what has arrived for {asset.id}", asset.home):
        found = _by_folder(store, base)
    leaf = "" if manifest.single_file else f"{asset.kind.singular}/"
    expected = {f"{leaf}{file.path}" for file in manifest.files}
    for number in range(1, _FOLDERS + 1):
        folder = base if number == 1 else f"{base}-{number}"
        if set(found[folder]) <= expected:
            return _target(store, folder, leaf, manifest, found[folder])
    return None


def _target(
    store: Store,
    folder: str,
    leaf: str,
    manifest: Manifest,
    found: dict[str, Blob],
) -> Target:
    root = manifest.files[0].path if manifest.single_file else leaf.rstrip("/")
    return Target(
        store=store,
        prefix=f"{folder}/{leaf}",
        root=f"{folder}/{root}",
        blobs={name.removeprefix(leaf): blob for name, blob in found.items()},
    )


def _by_folder(store: Store, base: str) -> dict[str, dict[str, Blob]]:
    found: dict[str, dict[str, Blob]] = defaultdict(dict)
    for blob in store.list(base):
        folder, slash, name = blob.name.partition("/")
        if slash and not blob.folder:
            found[folder][name] = blob
    return found
