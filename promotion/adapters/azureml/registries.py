"""The port `Registries` over Azure ML: one method per promise, each a module's work.

Knows which module does what; must not know requests, blobs or the SDK.
"""

import datetime as dt
from collections.abc import Iterator, Mapping

from azure.core.credentials import TokenCredential

from promotion.adapters.azureml import (
    contents,
    copying,
    documents,
    handover,
    looking,
    sharing,
    sources,
)
from promotion.adapters.azureml import receipts as records
from promotion.adapters.azureml.amending import Change, amend
from promotion.adapters.azureml.cloud import CloudSettings
from promotion.adapters.azureml.composite_reading import CompositeFiles
from promotion.adapters.azureml.connections import Connections, Detours
from promotion.adapters.azureml.creation import create
from promotion.adapters.azureml.datastores import Datastores
from promotion.adapters.azureml.hosts import KnownHosts
from promotion.adapters.azureml.http import AzureHttp, pooled_transport
from promotion.adapters.azureml.plane import WORKSPACE_ITSELF_API, Plane
from promotion.adapters.azureml.presence import already_there
from promotion.adapters.azureml.reading import VersionFiles
from promotion.adapters.azureml.receipts import MemoryReceipts, Receipts
from promotion.adapters.azureml.sas import TakenError
from promotion.adapters.azureml.sdk import Sdk
from promotion.adapters.azureml.settings import CopySettings
from promotion.adapters.azureml.targets import Target, open_target
from promotion.adapters.azureml.watching import Watching
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry
from promotion.domain.errors import NotFoundError
from promotion.domain.manifest import Manifest
from promotion.domain.progress import Progress
from promotion.domain.reading import FileAccess
from promotion.domain.results import TargetVersion
from promotion.ports import Name


class AzureMLRegistries:
    """Azure ML's registries and workspaces, as the app's identity sees them.

    Safe to use from several threads. Nothing is asked of Azure before the first call.
    """

    def __init__(
        self,
        credential: TokenCredential,
        cloud: CloudSettings | None = None,
        *,
        receipts: Receipts | None = None,
        settings: CopySettings | None = None,
        identity: str = "the app's managed identity",
        polling_interval: float = 5.0,
    ) -> None:
        """Talk to `cloud` with `credential`.

        Args:
            credential: the app's identity.
            cloud: the public Azure when left out.
            receipts: where the app keeps what it copied, in storage that it alone writes to; in
                memory when left out, so that a restart compares what lies at the target by content.
            settings: bounds of memory, time and parallelism.
            identity: how messages call the app, for the person who assigns its roles.
            polling_interval: seconds between two looks at an operation that creates a version.
        """
        cloud = cloud or CloudSettings()
        bounds = settings or CopySettings()
        transport = pooled_transport(2 * bounds.parallel)
        retry = bounds.retry_seconds
        where = (cloud.resource_manager, cloud.registry_discovery_endpoint)
        hosts = KnownHosts(*where)
        http = AzureHttp(credential, cloud.scope, transport, hosts=hosts, retry_seconds=retry)
        plane = Plane(http, *where, identity=identity)
        self._receipts = receipts or MemoryReceipts()
        watching = Watching(hosts, seconds=bounds.create_seconds, interval=polling_interval)
        self._sdk = Sdk(credential, cloud, watching, identity=identity)
        self._connections = Connections(
            plane=plane,
            datastores=Datastores(
                plane, credential, transport, suffix=cloud.storage_endpoint, retry_seconds=retry
            ),
            transport=transport,
            settings=bounds,
            detours=Detours(),
        )

    def describe(self, asset: AssetRef) -> AssetDescription:
        """Return what the service says of an asset version, of any kind, anywhere.

        Raises:
            NotFoundError: there is no such version.
            ForbiddenError: the app's identity may not read there.
        """
        return documents.describe(asset, self._connections.plane.version(asset))

    def versions(self, asset: AssetRef) -> tuple[TargetVersion, ...]:
        """Return every version under the asset's name in its home, archived ones too.

        Raises:
            NotFoundError: there is no such registry or workspace.
        """
        plane = self._connections.plane
        try:
            found = list(plane.versions(asset))
        except NotFoundError:
            if isinstance(asset.home, Registry):
                raise
            # A workspace says the same of an unknown name and of itself when it is not there.
            plane.require(asset.home, WORKSPACE_ITSELF_API)
            return ()
        return tuple(documents.target_version(each) for each in found)

    def names(self, registry: Registry, kind: AssetKind) -> Iterator[Name]:
        """Yield every asset name of a kind in a registry, archived ones too."""
        yield from map(looking.name, self._connections.plane.containers(registry, kind))

    def recent(self, asset: AssetRef, since: dt.datetime) -> Iterator[AssetDescription]:
        """Yield the versions under the asset's name created at `since` or later, newest first."""
        yield from looking.created_since(asset, self._connections.plane.newest(asset), since)

    def read_manifest(self, asset: AssetRef) -> Manifest:
        """Read every file of an asset once and return the manifest.

        Raises:
            NotFoundError: there is no such version.
            InvalidError: it has no files, or a definition that cannot be read.
        """
        return contents.read_manifest(self._connections, asset)

    def open_files(self, asset: AssetRef, manifest: Manifest | None = None) -> FileAccess:
        """Return access to a version's files by ranges; nothing is asked before something is read.

        With a manifest only those very files are given: others raise StaleError when they are opened.
        """
        composite = contents.composite_of(asset)
        if manifest is not None and composite is not None:
            return CompositeFiles(self._connections, asset, manifest, composite)
        return VersionFiles(self._connections, asset, manifest)

    def transfer(self, source: AssetRef, manifest: Manifest, target: AssetRef) -> Progress:
        """Bring files to the target's storage as far as one call gets; return how far.

        Raises:
            StaleError: the source's files are not those of the manifest any more.
            ConflictError: the target version exists with other content, or was deleted.
        """
        if handover.applies(self._connections, source):
            done = handover.ask(self._connections, source, manifest, target)
            return _progress(manifest, done=done)
        files = contents.files_of(source, manifest)
        if files is None:
            return _progress(manifest, done=True)
        carrier = contents.carrier_of(self._connections, source, manifest)
        arriving = target if carrier == source else carrier.moved(target.home)
        try:
            there = open_target(self._connections, arriving, files)
        except TakenError as taken:
            present = files if arriving != target else manifest
            already_there(self._connections, arriving, present, taken)
            return _progress(manifest, done=True)
        return self._copy(carrier, files, arriving, there)

    def _copy(
        self,
        source: AssetRef,
        files: Manifest,
        target: AssetRef,
        there: Target,
    ) -> Progress:
        record = records.load(self._receipts, target, files.digest, there.store.grant.store)

        def keep() -> None:
            records.save(self._receipts, target, files.digest, record)

        copy = copying.Copy(
            source_asset=source,
            source=sources.approved_source(self._connections, source, files, record),
            target_asset=target,
            manifest=files,
            record=record,
            keep=keep,
        )
        return copying.run(self._connections, copy, there)

    def create(
        self,
        description: AssetDescription,
        manifest: Manifest,
        target: AssetRef,
        lineage: dict[str, str],
    ) -> AssetDescription:
        """Verify the transferred files, create the version over them, read it back.

        Raises:
            BrokenError: what arrived is not what the manifest says.
            ConflictError: the version exists with other content, or cannot be created again.
        """
        if handover.applies(self._connections, description.ref):
            return handover.accept(self._connections, description.ref, manifest, target, lineage)
        made_with = (self._connections, self._sdk, self._receipts)
        return create(*made_with, description, manifest, target, lineage)

    def amend(
        self,
        asset: AssetRef,
        *,
        archived: bool | None = None,
        tags: Mapping[str, str | None],
    ) -> None:
        """Archive a version or bring it back, and set or remove tags; returns once the registry shows it.

        Raises:
            NotFoundError: there is no such version.
            ForbiddenError: the app's identity may not write there.
            RetryableError: it is not done yet.
        """
        amend(self._connections, asset, Change(archived=archived, tags=tags))

    def share(self, source: AssetRef, target: AssetRef) -> AssetDescription:
        """Have a registry import a workspace's asset; return the version there.

        Raises:
            ConflictError: the registry's version came from elsewhere, or was deleted.
            RetryableError: it is not done yet.
        """
        return sharing.share(self._connections, source, target)


def _progress(manifest: Manifest, *, done: bool) -> Progress:
    files = len(manifest.files)
    return Progress(
        files=files,
        files_done=files * done,
        bytes=manifest.size,
        bytes_done=manifest.size * done,
    )
