"""Environments: an image, an image with conda packages, or a build context.

As recorded: a conda file comes back as JSON text with two blanks of indent, the latest version
carries the property `azureml.labels`. Knows nothing of storage.
"""

import json
from typing import Any, Final

import yaml

from sandbox.azureml.documents import Properties
from sandbox.azureml.errors import bad_request
from sandbox.azureml.places import Place
from sandbox.azureml.shapes.common import Shape, base, mapping, pick, stage, text

_BASE: Final = ("description", "tags", "properties", "isArchived", "isAnonymous")
_LABEL: Final = "azureml.labels"


def _accept(sent: Properties) -> Properties:
    kept = base(sent)
    kept["properties"].pop(_LABEL, None)
    kept |= {
        "image": text(sent, "image"),
        "condaFile": _conda(text(sent, "condaFile")),
        "build": _build(sent),
        "osType": text(sent, "osType") or "Linux",
        "inferenceConfig": sent.get("inferenceConfig"),
        "stage": stage(sent),
    }
    if bool(kept["image"]) == bool(kept["build"]):
        raise bad_request("An environment needs either properties.image or properties.build.")
    return kept


def _conda(content: str | None) -> str | None:
    if not content:
        return None
    try:
        return json.dumps(yaml.safe_load(content), indent=2, ensure_ascii=False)
    except (yaml.YAMLError, TypeError) as error:
        raise bad_request(f"properties.condaFile is not valid YAML: {error}") from error


def _build(sent: Properties) -> dict[str, Any] | None:
    build = mapping(sent, "build")
    if not build:
        return None
    context = text(build, "contextUri")
    if not context:
        raise bad_request("properties.build.contextUri is required.")
    return {
        "contextUri": context,
        "dockerfilePath": text(build, "dockerfilePath") or "Dockerfile",
    }


def _show(place: Place, properties: Properties, latest: bool) -> Properties:  # noqa: FBT001 - a shape's signature
    shown = pick(properties, *_BASE)
    if latest:
        shown["properties"] = {**shown["properties"], _LABEL: "latest"}
    definition = _definition(properties)
    if place.registry:
        end = {"stage": properties["stage"], "intellectualProperty": None}
        return {**shown, "environmentType": "UserCreated", **definition, **end}
    return {
        **shown,
        "autoDeleteSetting": None,
        "environmentType": "UserCreated",
        **definition,
        "autoRebuild": "Disabled",
        "provisioningState": "Succeeded",
        "stage": properties["stage"],
        "intellectualProperty": None,
    }


def _definition(properties: Properties) -> Properties:
    if properties["build"]:
        shown = {"condaFile": "", **pick(properties, "build", "osType")}
    else:
        shown = pick(properties, "image", "condaFile", "osType")
    if properties["inferenceConfig"] is not None:
        shown["inferenceConfig"] = properties["inferenceConfig"]
    return shown


def _content(properties: Properties) -> Any:  # noqa: ANN401 - compared, never read
    return pick(properties, "image", "condaFile", "build", "osType", "inferenceConfig")


SHAPE: Final = Shape(
    accept=_accept,
    show=_show,
    content=_content,
    uri=("build", "contextUri"),
)
