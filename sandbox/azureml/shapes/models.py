"""Models: how requests are read and answers look, in registries and workspaces.

As recorded: a registry shows neither stage nor provisioning state; `flavors` is never null (the
SDK fails on null). Knows nothing of storage.
"""

from typing import Any, Final

from sandbox.azureml.documents import Properties
from sandbox.azureml.errors import bad_request
from sandbox.azureml.places import Place
from sandbox.azureml.shapes.common import Shape, base, mapping, pick, required, stage, text

_BASE: Final = ("description", "tags", "properties", "isArchived", "isAnonymous")


def _accept(sent: Properties) -> Properties:
    return {
        **base(sent),
        "flavors": _flavors(sent),
        "modelType": text(sent, "modelType") or "custom_model",
        "modelUri": required(sent, "modelUri"),
        "jobName": text(sent, "jobName"),
        "stage": stage(sent),
    }


def _flavors(sent: Properties) -> dict[str, Any]:
    flavors: dict[str, Any] = {}
    for name, flavor in mapping(sent, "flavors").items():
        if not isinstance(flavor, dict):
            raise bad_request(f"properties.flavors.{name} must be an object with `data`.")
        flavors[name] = {"data": flavor.get("data") or {}}
    return flavors


def _show(place: Place, properties: Properties, latest: bool) -> Properties:  # noqa: ARG001, FBT001 - a shape's signature; models carry no label
    if place.registry:
        shared = {"originAssetId": properties.get("originAssetId"), "jobName": None}
        rest = {**shared, "intellectualProperty": None}
        return {**pick(properties, *_BASE, "flavors", "modelType", "modelUri"), **rest}
    return {
        **pick(properties, *_BASE),
        "autoDeleteSetting": None,
        **pick(properties, "flavors", "modelType", "modelUri", "jobName"),
        "provisioningState": "Succeeded",
        "stage": properties["stage"],
        "intellectualProperty": None,
    }


def _content(properties: Properties) -> Any:  # noqa: ANN401 - compared, never read
    return properties["modelUri"], properties["modelType"]


SHAPE: Final = Shape(accept=_accept, show=_show, content=_content, uri=("modelUri",))
