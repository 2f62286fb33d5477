"""What lists of names and versions mean for who looks for something new. Pure; asks nothing."""

import datetime as dt
from collections.abc import Iterable, Iterator

from promotion.adapters.azureml import documents
from promotion.adapters.azureml.documents import Document
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import BrokenError
from promotion.ports import Name


def name(document: Document) -> Name:
    """Return the name of a container's document, with its `latestVersion` where it tells one.

    Raises:
        BrokenError: the document has no name.
    """
    found = document.get("name")
    if not isinstance(found, str) or not found:
        raise BrokenError(f"An entry in the list of assets has no usable name: {found!r}.")
    properties = document.get("properties")
    latest = properties.get("latestVersion") if isinstance(properties, dict) else None
    return Name(name=found, latest="" if latest is None else str(latest))


def created_since(
    asset: AssetRef,
    newest_first: Iterable[Document],
    since: dt.datetime,
) -> Iterator[AssetDescription]:
    """Yield descriptions until the first that was created before `since`.

    Raises:
        BrokenError: a document has no id or no properties.
    """
    for document in newest_first:
        version = documents.target_version(document).version
        found = documents.describe(asset.moved(asset.home, version=version), document)
        if found.created_at is not None and found.created_at < since:
            return
        yield found
