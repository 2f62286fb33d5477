"""The port `Registries` in memory: versions with their files, and a copy that can stop half-way."""

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from promotion.adapters.memory.files import Files, manifest_of
from promotion.domain.assets import (
    AssetDescription,
    AssetKind,
    AssetRef,
    Home,
    Reference,
    Registry,
)
from promotion.domain.errors import BrokenError, ConflictError, NotFoundError, StaleError
from promotion.domain.manifest import Manifest
from promotion.domain.progress import Progress
from promotion.domain.reading import FileAccess
from promotion.domain.results import TargetVersion
from promotion.ports import Name


@dataclass
class _Version:
    description: AssetDescription
    files: dict[str, bytes]


@dataclass
class MemoryRegistries:
    """Registries and workspaces as dictionaries. `files_per_call` bounds what one transfer copies."""

    files_per_call: int = 1_000_000
    _versions: dict[str, _Version] = field(default_factory=dict)
    _arrived: dict[str, dict[str, bytes]] = field(default_factory=dict)
    _deleted: set[str] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    #: How often each file was copied, by `target id!path`: tests count with it.
    copies: dict[str, int] = field(default_factory=dict)

    def put(self, description: AssetDescription, files: dict[str, bytes]) -> None:
        """Register a version, or change it behind everyone's back."""
        with self._lock:
            self._versions[_key(description.ref)] = _Version(description, dict(files))

    def delete(self, asset: AssetRef) -> None:
        """Take a version away for good."""
        with self._lock:
            self._versions.pop(_key(asset), None)
            self._deleted.add(_key(asset))

    def describe(self, asset: AssetRef) -> AssetDescription:
        """Return what is known of a version."""
        return self._version(asset).description

    def versions(self, asset: AssetRef) -> tuple[TargetVersion, ...]:
        """Return the versions under the asset's name."""
        with self._lock:
            found = [each.description for each in self._versions.values()]
        return tuple(
            TargetVersion(
                version=each.ref.version,
                archived=each.archived,
                tags=each.tags,
                properties=each.properties,
                created_at=each.created_at,
            )
            for each in found
            if _key(each.ref.moved(asset.home, version=""))
            == _key(asset.moved(asset.home, version=""))
            and each.ref.home == asset.home
        )

    def names(self, registry: Registry, kind: AssetKind) -> Iterator[Name]:
        """Yield the names of a kind, each with the version that was registered last."""
        with self._lock:
            found = {
                each.description.ref.name: each.description.ref.version
                for each in self._versions.values()
                if each.description.ref.kind is kind
                and _same_home(each.description.ref.home, registry)
            }
        yield from (Name(name=name, latest=latest) for name, latest in found.items())

    def recent(self, asset: AssetRef, since: dt.datetime) -> Iterator[AssetDescription]:
        """Yield the versions created since, the last registered first."""
        with self._lock:
            found = [
                each.description
                for each in self._versions.values()
                if _key(each.description.ref.moved(asset.home, version=""))
                == _key(asset.moved(asset.home, version=""))
                and _same_home(each.description.ref.home, asset.home)
            ]
        for each in reversed(found):
            if each.created_at is not None and each.created_at < since:
                return
            yield each

    def read_manifest(self, asset: AssetRef) -> Manifest:
        """Hash every file of a version."""
        return manifest_of(self._version(asset).files, asset)

    def open_files(self, asset: AssetRef, manifest: Manifest | None = None) -> FileAccess:
        """Return access to a version's files."""
        return Files(lambda: self.content(asset), asset, manifest)

    def content(self, asset: AssetRef) -> dict[str, bytes]:
        """Return a version's files."""
        return self._version(asset).files

    def transfer(self, source: AssetRef, manifest: Manifest, target: AssetRef) -> Progress:
        """Copy up to `files_per_call` files that have not arrived."""
        with self._lock:
            files = self._version(source).files
            if manifest_of(files, source).digest != manifest.digest:
                raise StaleError(f"The files of {source.id} are not the approved ones any more.")
            arrived = self._arrived.setdefault(_folder(target, manifest), {})
            missing = [path for path in files if path not in arrived]
            for path in missing[: self.files_per_call]:
                arrived[path] = files[path]
                mark = f"{target.id}!{path}"
                self.copies[mark] = self.copies.get(mark, 0) + 1
            return Progress(
                files=len(manifest.files),
                files_done=len(arrived),
                bytes=manifest.size,
                bytes_done=sum(len(content) for content in arrived.values()),
            )

    def create(
        self,
        description: AssetDescription,
        manifest: Manifest,
        target: AssetRef,
        lineage: dict[str, str],
    ) -> AssetDescription:
        """Make a version of what arrived, if it is what was approved."""
        with self._lock:
            arrived = self._arrived.get(_folder(target, manifest), {})
            if not arrived or manifest_of(arrived, target).digest != manifest.digest:
                raise BrokenError(f"What arrived for {target.id} is not what was approved.")
            if _key(target) in self._deleted:
                raise ConflictError(f"{target.id} was deleted and cannot be created again.")
            return self._created(description, arrived, target, lineage)

    def amend(
        self,
        asset: AssetRef,
        *,
        archived: bool | None = None,
        tags: Mapping[str, str | None],
    ) -> None:
        """Change what is said of a version."""
        with self._lock:
            version = self._version(asset)
            said = version.description
            kept = {
                name: value for name, value in {**said.tags, **tags}.items() if value is not None
            }
            version.description = msgspec.structs.replace(
                said, archived=said.archived if archived is None else archived, tags=kept
            )

    def _created(
        self,
        description: AssetDescription,
        arrived: dict[str, bytes],
        target: AssetRef,
        lineage: dict[str, str],
    ) -> AssetDescription:
        if present := self._versions.get(_key(target)):
            if present.files == arrived:
                return present.description
            raise ConflictError(f"{target.id} exists already, with other content.")
        made = msgspec.structs.replace(
            description,
            ref=target,
            properties={**description.properties, **lineage},
            references=_written_for(description, target.home),
        )
        self._versions[_key(target)] = _Version(made, dict(arrived))
        return made

    def _version(self, asset: AssetRef) -> _Version:
        with self._lock:
            try:
                return self._versions[_key(asset)]
            except KeyError as error:
                raise NotFoundError(f"There is no {asset.id}.") from error


def _written_for(description: AssetDescription, home: Home) -> tuple[Reference, ...]:
    there, here = f"azureml://{home.path}/", f"azureml://{description.ref.home.path}/"
    return tuple(
        msgspec.structs.replace(each, id=each.id.replace(here, there))
        for each in description.references
    )


def _same_home(one: Home, other: Home) -> bool:
    return one.path.lower() == other.path.lower()


def _folder(target: AssetRef, manifest: Manifest) -> str:
    # Each content has a folder of its own: what another attempt left is not mixed with it.
    return f"{_key(target)}@{manifest.digest}"


def _key(asset: AssetRef) -> str:
    return f"{asset.home.path.lower()}/{asset.kind}/{asset.name}/{asset.version}"
