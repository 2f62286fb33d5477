"""Changes what a registry lets change of a version: whether it is archived, and its tags. Never its content.

azure-ai-ml archives registry versions by reading the document, changing `isArchived` and writing it back
(1.35.2, `_asset_utils._archive_or_restore`), does not wait until it is done, and cannot change the tags of
a registry's version at all. So this is the same write, plain, with both in it, waited for. Knows documents
and operations; not why a version is archived.
"""

from collections.abc import Mapping
from typing import Final

from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.documents import Document, describe
from promotion.adapters.azureml.operations import finish
from promotion.adapters.azureml.plane import require_registry
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import RetryableError

#: What the service derives and azure-ai-ml does not send back.
_DERIVED: Final = frozenset({"stage", "provisioningState"})


def amend(
    connections: Connections,
    asset: AssetRef,
    *,
    archived: bool | None,
    tags: Mapping[str, str | None],
) -> None:
    """Archive or restore a version (`archived`), set tags or remove them (None); what is so already stays.

    Raises:
        NotFoundError: there is no such version.
        InvalidError: it is in a workspace.
        ForbiddenError: the app's identity may not write there.
        RetryableError: it is not done yet; asking again finds it done.
    """
    registry = require_registry(asset)
    document = connections.plane.version(asset)
    found = describe(asset, document)
    if _shown(found, archived=archived, tags=tags):
        return
    operation = connections.plane.put_version(
        asset, _body(document, found, archived=archived, tags=tags)
    )
    finish(connections, operation, f"changing {asset.id}", registry)
    if not _shown(describe(asset, connections.plane.version(asset)), archived=archived, tags=tags):
        raise RetryableError(
            f"{registry.name} does not show the change of {asset.label} yet.", "It is asked again."
        )


def _shown(
    found: AssetDescription, *, archived: bool | None, tags: Mapping[str, str | None]
) -> bool:
    same_tags = all(found.tags.get(name) == value for name, value in tags.items())
    return same_tags and archived in {None, found.archived}


def _body(
    document: Document,
    found: AssetDescription,
    *,
    archived: bool | None,
    tags: Mapping[str, str | None],
) -> Document:
    # As azure-ai-ml sends it: nothing that is null, nothing that the service derives.
    properties = {
        name: value
        for name, value in document["properties"].items()
        if value is not None and name not in _DERIVED
    }
    merged = {**found.tags, **tags}
    properties["tags"] = {name: value for name, value in merged.items() if value is not None}
    properties["isArchived"] = found.archived if archived is None else archived
    return {"properties": properties}
