"""What the service's documents mean: descriptions, versions, where the files are. Pure.

Field names are those of the registries' data plane (2021-10-01-dataplanepreview) and of Azure
Resource Manager; both write them the same way.
"""

import datetime as dt
from typing import Any, Final

from promotion.adapters.azureml.codes import CODES
from promotion.adapters.azureml.components import read_specification
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Reference
from promotion.domain.errors import BrokenError, InvalidError
from promotion.domain.results import TargetVersion

type Document = dict[str, Any]

_URI_FIELDS: Final = {
    AssetKind.MODELS: ("modelUri",),
    AssetKind.DATA: ("dataUri",),
    AssetKind.ENVIRONMENTS: ("build", "contextUri"),
    CODES: ("codeUri",),
}
#: Written by the service about an environment's version, not said of it: it goes to the next one made.
_LABELS: Final = "azureml.labels"
_TYPE_FIELDS: Final = {AssetKind.MODELS: "modelType", AssetKind.DATA: "dataType"}


def describe(asset: AssetRef, document: Document) -> AssetDescription:
    """Return the description in a version's document.

    Raises:
        BrokenError: the document has no properties.
    """
    properties = _properties(asset, document)
    system = _mapping(document.get("systemData"))
    return AssetDescription(
        ref=asset,
        type=_type(asset.kind, properties),
        description=_text(properties.get("description")),
        tags=_strings(properties.get("tags")),
        properties=_own(_strings(properties.get("properties"))),
        flavors=_flavors(properties.get("flavors")),
        created_at=_time(system.get("createdAt")),
        created_by=_text(system.get("createdBy")),
        origin=_text(properties.get("originAssetId")),
        job_name=_text(properties.get("jobName")),
        archived=properties.get("isArchived") is True,
        references=_references(asset, document),
    )


def target_version(document: Document) -> TargetVersion:
    """Return what a list of versions tells of one.

    A model's document has the model's name for `name`, all others the version: the id has both.

    Raises:
        BrokenError: the document has no id.
    """
    identifier = document.get("id")
    if not isinstance(identifier, str) or "/versions/" not in identifier:
        raise BrokenError(f"A version in the list has no usable id: {identifier!r}.")
    properties = _mapping(document.get("properties"))
    return TargetVersion(
        version=identifier.rpartition("/versions/")[2],
        archived=properties.get("isArchived") is True,
        tags=_strings(properties.get("tags")),
        properties=_strings(properties.get("properties")),
        created_at=_time(_mapping(document.get("systemData")).get("createdAt")),
    )


def files_uri(asset: AssetRef, document: Document) -> str:
    """Return the address of an asset's files: `modelUri`, `dataUri` or `build.contextUri`.

    Raises:
        InvalidError: the version has none.
    """
    uri: object = _properties(asset, document)
    for name in _URI_FIELDS.get(asset.kind, ("",)):
        uri = _mapping(uri).get(name)
    if not isinstance(uri, str) or not uri:
        raise InvalidError(
            f"{asset.id} has no files of its own.",
            "Register a version with files.",
        )
    return uri


def table_references(document: Document) -> tuple[str, ...]:
    """Return what an mltable refers to: `referencedUris`, empty when it lists none."""
    listed = _mapping(document.get("properties")).get("referencedUris")
    return tuple(str(each) for each in listed) if isinstance(listed, list) else ()


def _references(asset: AssetRef, document: Document) -> tuple[Reference, ...]:
    if asset.kind is not AssetKind.COMPONENTS:
        return ()
    return read_specification(asset, document).references


def _properties(asset: AssetRef, document: Document) -> Document:
    properties = document.get("properties")
    if not isinstance(properties, dict):
        raise BrokenError(f"The service's document of {asset.id} has no properties.")
    return properties


def _type(kind: AssetKind, properties: Document) -> str:
    if kind is AssetKind.COMPONENTS:
        return _text(_mapping(properties.get("componentSpec")).get("type"))
    if kind is AssetKind.ENVIRONMENTS:
        return _environment_type(properties)
    return _text(properties.get(_TYPE_FIELDS.get(kind, "")))


def _environment_type(properties: Document) -> str:
    if properties.get("build"):
        return "build_context"
    return "conda" if properties.get("condaFile") else "image"


def _flavors(value: object) -> dict[str, dict[str, str]]:
    # Null and missing for models without any: what azure-ai-ml 1.35.2 stumbles over.
    return {
        str(name): _strings(_mapping(flavor).get("data"))
        for name, flavor in _mapping(value).items()
    }


def _strings(value: object) -> dict[str, str]:
    return {str(key): _text(each) for key, each in _mapping(value).items() if each is not None}


def _own(properties: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in properties.items() if name != _LABELS}


def _mapping(value: object) -> Document:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _time(value: object) -> dt.datetime | None:
    if not isinstance(value, str):
        return None
    try:
        time = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)
