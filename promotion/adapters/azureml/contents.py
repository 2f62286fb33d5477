"""What an asset is made of, by kind: the manifest that is approved, and the files that are copied.

Models and data are their files. Environments and components are a definition and perhaps files; a
component's are an asset of their own, its code.
"""

from typing import Final

import msgspec

from promotion.adapters.azureml import environments, sources
from promotion.adapters.azureml.components import read_specification
from promotion.adapters.azureml.composites import COMPONENT, ENVIRONMENT, Composite
from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.plane import Document
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.manifest import Manifest

_COMPOSITES: Final = {AssetKind.ENVIRONMENTS: ENVIRONMENT, AssetKind.COMPONENTS: COMPONENT}


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that is more than its files."""

    composite: Composite
    #: Canonical.
    definition: bytes
    #: The asset whose files are its own; None: it has no files.
    carrier: AssetRef | None


def composite_of(asset: AssetRef) -> Composite | None:
    """Return how assets of this kind stand in their manifest; None: as their files."""
    return _COMPOSITES.get(asset.kind)


def made_of(asset: AssetRef, document: Document) -> Made:
    """Return what the document of an environment or a component says that it is made of.

    Raises:
        InvalidError: the definition cannot be read.
    """
    if asset.kind is AssetKind.COMPONENTS:
        found = read_specification(asset, document)
        return Made(composite=COMPONENT, definition=found.canonical, carrier=found.code)
    definition = environments.read_definition(asset, document).canonical
    carrier = asset if environments.has_context(document) else None
    return Made(composite=ENVIRONMENT, definition=definition, carrier=carrier)


def approved(connections: Connections, asset: AssetRef, manifest: Manifest) -> Made:
    """Return what an environment or a component is made of, which is the manifest's.

    Raises:
        NotFoundError: there is no such version.
        StaleError: it has another definition.
    """
    made = made_of(asset, connections.plane.version(asset))
    made.composite.require_approved(asset, made.definition, manifest)
    return made


def read_manifest(connections: Connections, asset: AssetRef) -> Manifest:
    """Return the manifest of an asset of any kind.

    Raises:
        NotFoundError: there is no such version.
        InvalidError: it has no files, or a definition that cannot be read.
    """
    if composite_of(asset) is None:
        return sources.read_manifest(connections, asset)
    made = made_of(asset, connections.plane.version(asset))
    files = sources.read_manifest(connections, made.carrier) if made.carrier else None
    return made.composite.manifest_of(made.definition, files)


def files_of(asset: AssetRef, manifest: Manifest) -> Manifest | None:
    """Return the manifest of the files to copy, or None: there are none."""
    composite = composite_of(asset)
    return composite.files_of(manifest) if composite else manifest


def carrier_of(connections: Connections, asset: AssetRef, manifest: Manifest) -> AssetRef:
    """Return the asset whose files are to be copied: itself, or a component's code.

    Raises:
        StaleError: the component is not the manifest's.
    """
    if asset.kind is not AssetKind.COMPONENTS:
        return asset
    return approved(connections, asset, manifest).carrier or asset
