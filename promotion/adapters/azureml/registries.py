"""The port `Registries` over Azure ML: one method per promise, each a module's work.

Knows which module does what; must not know requests, blobs or the SDK.
"""

from typing import Final

from azure.core.credentials import TokenCredential

from promotion.adapters.azureml import copying, documents, sharing, sources
from promotion.adapters.azureml import receipts as records
from promotion.adapters.azureml.cloud import CloudSettings
from promotion.adapters.azureml.connections import Connections, Detours
from promotion.adapters.azureml.creation import create
from promotion.adapters.azureml.http import AzureHttp, pooled_transport
from promotion.adapters.azureml.plane import WORKSPACE_ITSELF_API, Plane
from promotion.adapters.azureml.presence import already_there
from promotion.adapters.azureml.receipts import MemoryReceipts, Receipts
from promotion.adapters.azureml.sas import TakenError
from promotion.adapters.azureml.sdk import Sdk
from promotion.adapters.azureml.settings import CopySettings
from promotion.adapters.azureml.targets import open_target
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry
from promotion.domain.errors import NotFoundError, RefusedError
from promotion.domain.manifest import Manifest
from promotion.domain.progress import Progress
from promotion.domain.results import TargetVersion

#: Kinds that consist of files alone.
_FILES: Final = frozenset({AssetKind.MODELS, AssetKind.DATA})


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
        plane = Plane(
            AzureHttp(credential, cloud.scope, transport, retry_seconds=bounds.retry_seconds),
            cloud.resource_manager,
            cloud.registry_discovery_endpoint,
            identity=identity,
        )
        self._receipts = receipts or MemoryReceipts()
        self._sdk = Sdk(credential, cloud, identity=identity, polling_interval=polling_interval)
        self._connections = Connections(
            plane=plane,
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

    def read_manifest(self, asset: AssetRef) -> Manifest:
        """Read every file of an asset once and return the manifest.

        Raises:
            NotFoundError: there is no such version.
            InvalidError: it has no files.
            RefusedError: assets of this kind are not made of files alone.
        """
        _require_files(asset)
        return sources.read_manifest(self._connections, asset)

    def transfer(self, source: AssetRef, manifest: Manifest, target: AssetRef) -> Progress:
        """Bring files to the target's storage as far as one call gets; return how far.

        Raises:
            StaleError: the source's files are not those of the manifest any more.
            ConflictError: the target version exists with other content, or was deleted.
        """
        _require_files(source)
        connections = self._connections
        try:
            there = open_target(connections, target, manifest)
        except TakenError as taken:
            already_there(connections, target, manifest, taken)
            return _complete(manifest)
        record = records.load(self._receipts, target, manifest.digest, there.store.grant.store)

        def keep() -> None:
            records.save(self._receipts, target, manifest.digest, record)

        copy = copying.Copy(
            source_asset=source,
            source=sources.approved_source(connections, source, manifest, record),
            target_asset=target,
            manifest=manifest,
            record=record,
            keep=keep,
        )
        return copying.run(connections, copy, there)

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
        return create(
            self._connections,
            self._sdk,
            self._receipts,
            description,
            manifest,
            target,
            lineage,
        )

    def share(self, source: AssetRef, target: AssetRef) -> AssetDescription:
        """Have a registry import a workspace's asset; return the version there.

        Raises:
            ConflictError: the registry's version came from elsewhere, or was deleted.
            RetryableError: it is not done yet.
        """
        return sharing.share(self._connections, source, target)


def _require_files(asset: AssetRef) -> None:
    if asset.kind not in _FILES:
        raise RefusedError(
            f"{asset.id}: {asset.kind} are not promoted yet, only models and data.",
            "Leave the kind out of the route.",
        )


def _complete(manifest: Manifest) -> Progress:
    files = len(manifest.files)
    return Progress(
        files=files,
        files_done=files,
        bytes=manifest.size,
        bytes_done=manifest.size,
    )
