"""Bodies of answers: versions and containers as clients see them.

Must not know HTTP; what a kind's properties look like is `shapes`' business.
"""

from typing import Any

from sandbox.azureml.answers import system_data
from sandbox.azureml.assets import Family, Ref
from sandbox.azureml.documents import Container, Version
from sandbox.azureml.service import Service
from sandbox.azureml.shapes import SHAPES, location, with_uri


def version_body(
    service: Service, ref: Ref, version: Version, latest: str | None
) -> dict[str, Any]:
    """Return a version; a registry's files are named on the replica whose turn it is."""
    properties = version.properties
    address = location(service.config, ref.place, ref.kind, properties)
    if ref.place.registry and address is not None:
        uri = address.at(service.account_for(ref)).https(service.config)
        properties = with_uri(ref.kind, properties, uri)
    return {
        "id": ref.id,
        "name": ref.shown_name,
        "type": ref.type,
        "properties": SHAPES[ref.kind].show(ref.place, properties, ref.version == latest),
        "systemData": system_data(version.created, version.modified),
    }


def container_body(family: Family, container: Container) -> dict[str, Any]:
    """Return a container; `nextVersion` is what the SDK takes when no version is named."""
    properties = {
        **container.properties,
        "latestVersion": container.latest,
        "nextVersion": str(container.highest + 1),
    }
    kind = properties.pop("dataType", None)
    if kind is not None:
        properties["dataType"] = kind
    if not family.place.registry:
        properties |= {
            "tags": properties["tags"] or {},
            "properties": properties["properties"] or {},
            "provisioningState": "Succeeded",
        }
    return {
        "id": family.id,
        "name": family.name,
        "type": family.type,
        "properties": properties,
        "systemData": system_data(container.created, container.modified),
    }
