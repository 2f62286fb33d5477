"""Data assets (uri_file, uri_folder, mltable): how requests are read and answers look.

Data may lie anywhere: addresses outside the sandbox's storage are kept as they are. Knows nothing
of storage.
"""

from typing import Any, Final

from sandbox.azureml.documents import Properties
from sandbox.azureml.errors import bad_request
from sandbox.azureml.places import Place
from sandbox.azureml.shapes.common import Shape, base, pick, required, stage, text

_TYPES: Final = ("uri_file", "uri_folder", "mltable")
_BASE: Final = ("description", "tags", "properties", "isArchived", "isAnonymous")


def _accept(sent: Properties) -> Properties:
    kind = text(sent, "dataType") or "uri_folder"
    if kind not in _TYPES:
        raise bad_request(f"properties.dataType must be one of {', '.join(_TYPES)}, not {kind}.")
    kept = {
        **base(sent),
        "dataUri": required(sent, "dataUri"),
        "stage": stage(sent),
        "dataType": kind,
    }
    if kind == "mltable":
        kept["referencedUris"] = _addresses(sent.get("referencedUris"))
    return kept


def _addresses(value: Any) -> list[str]:  # noqa: ANN401 - it came from outside
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad_request("properties.referencedUris must be an array of texts.")
    return value


def _show(place: Place, properties: Properties, latest: bool) -> Properties:  # noqa: ARG001, FBT001 - a shape's signature; data carries no label
    references = pick(properties, "referencedUris") if "referencedUris" in properties else {}
    if place.registry:
        return {**pick(properties, *_BASE, "dataUri", "dataType"), **references}
    return {
        **pick(properties, *_BASE),
        "autoDeleteSetting": None,
        **pick(properties, "dataUri", "stage"),
        "intellectualProperty": None,
        **pick(properties, "dataType"),
        **references,
    }


def _content(properties: Properties) -> Any:  # noqa: ANN401 - compared, never read
    return properties["dataUri"], properties["dataType"]


SHAPE: Final = Shape(
    accept=_accept,
    show=_show,
    content=_content,
    uri=("dataUri",),
    foreign_uris=True,
)
