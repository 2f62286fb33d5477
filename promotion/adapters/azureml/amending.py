"""Changes what a registry lets change of a version: whether it is archived, tags, properties that are added.

Never its content.

azure-ai-ml archives a version by reading its document, changing `isArchived` and writing it back (1.35.2,
`_asset_utils._archive_or_restore`), and changes tags by creating the version again. This is the same write,
plain, with both in one: a version is never archived without the tag that says why. Knows documents and
operations; not why a version is archived.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.documents import Document, describe
from promotion.adapters.azureml.operations import finish
from promotion.adapters.azureml.plane import require_registry
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import PromotionError, RetryableError

#: What the service derives and azure-ai-ml does not send back.
_DERIVED: Final = frozenset({"stage", "provisioningState"})


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be so afterwards; what is left out stays as it is."""

    archived: bool | None = None
    #: Name -> value; None: the tag is removed.
    tags: Mapping[str, str | None] = msgspec.field(default_factory=dict)
    #: Name -> value, to be added.
    properties: Mapping[str, str] = msgspec.field(default_factory=dict)

    def shown(self, found: AssetDescription) -> bool:
        """Whether a version is so already."""
        same_tags = all(found.tags.get(name) == value for name, value in self.tags.items())
        same = same_tags and self.properties.items() <= found.properties.items()
        return same and self.archived in {None, found.archived}


def amend(connections: Connections, asset: AssetRef, change: Change) -> None:
    """Archive or restore a version, set tags or remove them, add properties; what is so already stays.

    Raises:
        NotFoundError: there is no such version.
        InvalidError: it is in a workspace.
        ForbiddenError: the app's identity may not write there.
        RetryableError: it is not done yet; asking again finds it done.
    """
    registry = require_registry(asset)
    document = connections.plane.version(asset)
    found = describe(asset, document)
    if change.shown(found):
        return
    operation = connections.plane.put_version(asset, _body(document, found, change))
    finish(connections, operation, f"changing {asset.id}", registry)
    if not change.shown(describe(asset, connections.plane.version(asset))):
        raise RetryableError(
            f"{registry.name} does not show the change of {asset.label} yet.", "It is asked again."
        )


def archive_at_once(connections: Connections, asset: AssetRef) -> str:
    """Archive a version that is not what was approved; return how that went, in words."""
    try:
        amend(connections, asset, Change(archived=True))
    except PromotionError as error:
        return f"could not be archived ({error})"
    return "archived"


def _body(document: Document, found: AssetDescription, change: Change) -> Document:
    # As azure-ai-ml sends it: nothing that is null, nothing that the service derives.
    properties = {
        name: value
        for name, value in document["properties"].items()
        if value is not None and name not in _DERIVED
    }
    merged = {**found.tags, **change.tags}
    properties["tags"] = {name: value for name, value in merged.items() if value is not None}
    properties["properties"] = {**found.properties, **change.properties}
    properties["isArchived"] = found.archived if change.archived is None else change.archived
    return {"properties": properties}
