"""Assets made of a definition and perhaps files: both in one manifest, so that one digest stands for them.

The definition is a file of its own, canonical JSON (RFC 8785); the files stand below a folder. Knows no
service and no kind of asset.
"""

import hashlib
from typing import Final

import msgspec

from promotion.domain.assets import AssetRef
from promotion.domain.errors import StaleError
from promotion.domain.manifest import Manifest, ManifestFile, make_manifest


class Composite(msgspec.Struct, frozen=True):
    """How a kind of assets stands in its manifest."""

    #: Path of the definition.
    definition: str
    #: Path of the folder of the files, a slash at its end.
    folder: str

    def manifest_of(self, definition: bytes, files: Manifest | None) -> Manifest:
        """Return the manifest of a definition and its files."""
        own = ManifestFile(
            path=self.definition,
            size=len(definition),
            sha256=hashlib.sha256(definition).hexdigest(),
        )
        if files is None:
            return make_manifest([own])
        below = [
            msgspec.structs.replace(file, path=f"{self.folder}{file.path}") for file in files.files
        ]
        return make_manifest([own, *below], store=files.store, single_file=files.single_file)

    def files_of(self, manifest: Manifest) -> Manifest | None:
        """Return the manifest of the files alone, or None: there are none."""
        files = [
            msgspec.structs.replace(file, path=self.inside(file.path))
            for file in manifest.files
            if file.path.startswith(self.folder)
        ]
        if not files:
            return None
        return make_manifest(files, store=manifest.store, single_file=manifest.single_file)

    def inside(self, path: str) -> str:
        """Return the path inside the folder of a path in the manifest."""
        return path.removeprefix(self.folder)

    def require_approved(self, asset: AssetRef, definition: bytes, manifest: Manifest) -> None:
        """Accept a definition that is the manifest's.

        Raises:
            StaleError: it is another one.
        """
        approved = {file.path: file.sha256 for file in manifest.files}.get(self.definition)
        if approved != hashlib.sha256(definition).hexdigest():
            raise StaleError(
                f"The definition of {asset.id} is not the approved one any more.",
                "Nothing was created. The new definition needs an approval of its own.",
            )


ENVIRONMENT: Final = Composite("environment.json", "context/")
COMPONENT: Final = Composite("component.json", "code/")
