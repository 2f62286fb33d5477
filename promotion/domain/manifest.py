r"""The files of an asset and the one digest that stands for them. Knows no storage.

The digest can be recomputed without this product. In a folder that holds exactly the asset's files:

    find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum

It is the SHA-256 of what `sha256sum` (GNU coreutils) prints for the files in the order of their
names' bytes, including its escaping of names with a backslash, newline or carriage return.
"""

import hashlib
import itertools
from typing import Final

import msgspec

from promotion.domain.errors import InvalidError

_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}


class ManifestFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of an asset."""

    #: Relative to the asset's root, with forward slashes; for a single-file asset its file name.
    path: str
    #: Bytes.
    size: int
    #: Lower-case hexadecimal, 64 digits.
    sha256: str
    #: The storage's entity tag when the bytes were read; a copy is conditional on it.
    etag: str = ""
    #: Base64 of the MD5 that the storage keeps, or empty where it keeps none.
    md5: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All files of an asset, ordered by the bytes of their paths."""

    files: tuple[ManifestFile, ...]
    #: The storage account and container in which the ETags hold: replicas have ETags of their own.
    store: str = ""
    #: Whether the asset is one file rather than a folder.
    single_file: bool = False

    @property
    def digest(self) -> str:
        """`sha256:` and the hexadecimal digest, as the module's text defines it."""
        listing = hashlib.sha256()
        for file in self.files:
            listing.update(_line(file).encode(errors="surrogateescape"))
        return f"sha256:{listing.hexdigest()}"

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


def make_manifest(
    files: list[ManifestFile],
    *,
    store: str = "",
    single_file: bool = False,
) -> Manifest:
    """Return a manifest with its files in the canonical order.

    Raises:
        InvalidError: no file at all, or one path twice.
    """
    if not files:
        raise InvalidError(
            "The asset has no files.",
            "Register a version with at least one file.",
        )
    ordered = sorted(files, key=lambda file: file.path.encode(errors="surrogateescape"))
    for first, second in itertools.pairwise(ordered):
        if first.path == second.path:
            raise InvalidError(
                f"The path {first.path!r} stands in the manifest twice.",
                "Give each file, or each version of a migration, a path of its own.",
            )
    return Manifest(files=tuple(ordered), store=store, single_file=single_file)


def _line(file: ManifestFile) -> str:
    escaped = "".join(_ESCAPES.get(letter, letter) for letter in file.path)
    mark = "\\" if escaped != file.path else ""
    return f"{mark}{file.sha256}  {escaped}\n"
