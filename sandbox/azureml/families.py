"""Containers: what a new or deleted version changes about its asset as a whole.

Pure transitions. As recorded: `latestVersion` is the last created, `nextVersion` counts on from
the highest whole number and is 1 while all versions are words.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from sandbox.azureml.assets import Kind
from sandbox.azureml.documents import Container, Properties, Stamp, Version
from sandbox.azureml.shapes.common import flag, text, texts

_EMPTY: Final[Properties] = {
    "description": None,
    "tags": None,
    "properties": None,
    "isArchived": False,
}


def with_version(container: Container | None, version: Version, kind: Kind) -> Container:
    """Return the container once `version` exists."""
    if container is None:
        container = Container(
            properties=dict(_EMPTY),
            created=version.created,
            modified=version.created,
        )
    number = int(version.version) if version.version.isdecimal() else 0
    properties = dict(container.properties)
    if kind == "data":
        properties["dataType"] = version.properties["dataType"]
    return msgspec.structs.replace(
        container,
        properties=properties,
        latest=version.version,
        highest=max(container.highest, number),
    )


def without_version(container: Container, left: Iterable[Version]) -> Container:
    """Return the container when only the versions `left` are still to be read."""
    readable = [version for version in left if version.state == "ready"]
    newest = max(readable, key=lambda version: version.created.at, default=None)
    return msgspec.structs.replace(container, latest=newest.version if newest else None)


def changed(container: Container | None, sent: Properties, who: Stamp) -> Container:
    """Return the container with description, tags, properties and `isArchived` as sent.

    Raises:
        ServiceError: 400, a value of the wrong type.
    """
    kept = container or Container(properties=dict(_EMPTY), created=who, modified=who)
    values = {
        "description": text(sent, "description"),
        "tags": texts(sent, "tags") or None,
        "properties": texts(sent, "properties") or None,
        "isArchived": flag(sent, "isArchived"),
    }
    properties = {**kept.properties, **values}
    return msgspec.structs.replace(kept, properties=properties, modified=who)
