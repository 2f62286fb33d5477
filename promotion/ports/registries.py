"""Azure ML's registries and workspaces, and how far the app has looked through them."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final, Protocol

import msgspec

from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry
from promotion.domain.manifest import Manifest
from promotion.domain.progress import Progress
from promotion.domain.reading import FileAccess
from promotion.domain.results import TargetVersion

#: `recent` since then yields every version there is.
EVER: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """An asset's name in a registry, and the version that was created last under it."""

    name: str
    #: Empty when the service does not tell.
    latest: str = ""


class Registries(Protocol):
    """Azure ML's registries and workspaces."""

    def describe(self, asset: AssetRef) -> AssetDescription:
        """Return what the service says of an asset version.

        Raises:
            NotFoundError: there is no such version.
            ForbiddenError: the app's identity may not read there.
        """
        ...

    def versions(self, asset: AssetRef) -> tuple[TargetVersion, ...]:
        """Return the versions that exist under the asset's name in its home, in any order."""
        ...

    def names(self, registry: Registry, kind: AssetKind) -> Iterator[Name]:
        """Yield every asset name of a kind in a registry, archived ones too: a page of names a call.

        Raises:
            NotFoundError: there is no such registry.
            ForbiddenError: the app's identity may not read there.
        """
        ...

    def recent(self, asset: AssetRef, since: dt.datetime) -> Iterator[AssetDescription]:
        """Yield the versions under the asset's name that were created at `since` or later, newest first.

        Reads no further than to the first older one. A version whose time is not told is yielded.
        """
        ...

    def read_manifest(self, asset: AssetRef) -> Manifest:
        """Read every file of an asset once and return the manifest.

        Raises:
            NotFoundError: there is no such version.
            InvalidError: it has no files.
        """
        ...

    def open_files(self, asset: AssetRef, manifest: Manifest | None = None) -> FileAccess:
        """Return access to a version's files by ranges; nothing is asked before something is read.

        With a manifest only those very files are given: one that has changed raises StaleError when it
        is opened or read. Without one, whatever files the version has.
        """
        ...

    def transfer(self, source: AssetRef, manifest: Manifest, target: AssetRef) -> Progress:
        """Bring files to the target's storage, server-side, as far as one call can; return how far.

        Repeating it continues; files that are complete are not copied again.

        Raises:
            StaleError: a source file is not the one in the manifest any more.
        """
        ...

    def create(
        self,
        description: AssetDescription,
        manifest: Manifest,
        target: AssetRef,
        lineage: dict[str, str],
    ) -> AssetDescription:
        """Verify the transferred files, create the target version over them, and read it back.

        `lineage` is added to the version's properties. What the asset's definition refers to in the source's
        home is referred to in the target's, under the same names and versions.

        Raises:
            BrokenError: what arrived is not what the manifest says.
            ConflictError: the version was created in between, or cannot be created again.
        """
        ...

    def amend(
        self,
        asset: AssetRef,
        *,
        archived: bool | None = None,
        tags: Mapping[str, str | None],
    ) -> None:
        """Archive a registry's version or bring it back (`archived`), and set tags, or remove them (None).

        What is not named stays, files above all; returns once the registry shows it. Repeating it changes
        nothing.

        Raises:
            NotFoundError: there is no such version.
            ForbiddenError: the app's identity may not write there.
        """
        ...


class Watermark(msgspec.Struct, frozen=True, kw_only=True):
    """How far a registry's assets of one kind have been looked through."""

    #: When they were first looked at: what is older was there before the app, and is left alone.
    floor: dt.datetime
    #: When the last look began that left nothing open.
    upto: dt.datetime
    #: When the last look began that went through every name, changed or not.
    whole_at: dt.datetime
    #: Name -> its latest version at the last look; a name where it is still the same was not touched.
    latest: dict[str, str] = msgspec.field(default_factory=dict)


class Watermarks(Protocol):
    """Remembers how far registries were looked through. Lost, nothing is lost but what came meanwhile."""

    def get(self, key: str) -> Watermark | None:
        """Return what was kept under a key; none when nothing was.

        Raises:
            DamagedError: what is kept cannot be read back.
        """
        ...

    def put(self, key: str, watermark: Watermark) -> None:
        """Keep it; the last writer wins, as looking again changes nothing."""
        ...
