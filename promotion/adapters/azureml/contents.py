"""What an asset is made of, by kind: the manifest that is approved, and the files that are copied.

Models and data are their files. Environments are a definition and perhaps files (`environments`).
Components refer to other assets by id and need those promoted before them.
"""

from promotion.adapters.azureml import environments, sources
from promotion.adapters.azureml.connections import Connections
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.errors import RefusedError
from promotion.domain.manifest import Manifest


def read_manifest(connections: Connections, asset: AssetRef) -> Manifest:
    """Return the manifest of an asset of any kind.

    Raises:
        NotFoundError: there is no such version.
        InvalidError: it has no files, or a definition that cannot be read.
        RefusedError: assets of this kind cannot be promoted.
    """
    require_known(asset)
    if asset.kind is not AssetKind.ENVIRONMENTS:
        return sources.read_manifest(connections, asset)
    document = connections.plane.version(asset)
    definition = environments.read_definition(asset, document)
    context = None
    if environments.has_context(document):
        context = sources.read_manifest(connections, asset)
    return environments.manifest_of(definition, context)


def files_of(asset: AssetRef, manifest: Manifest) -> Manifest | None:
    """Return the manifest of the files to copy, or None: there are none.

    Raises:
        RefusedError: assets of this kind cannot be promoted.
    """
    require_known(asset)
    if asset.kind is AssetKind.ENVIRONMENTS:
        return environments.context_of(manifest)
    return manifest


def require_known(asset: AssetRef) -> None:
    """Accept kinds that can be promoted.

    Raises:
        RefusedError: components.
    """
    if asset.kind is AssetKind.COMPONENTS:
        raise RefusedError(
            f"{asset.id}: components are not promoted yet, as what they refer to must go first.",
            "Leave components out of the route.",
        )
