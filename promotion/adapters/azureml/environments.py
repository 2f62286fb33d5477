"""Environments as files: what defines one, written down so that it has a digest like a model's.

An environment is its definition (image, conda packages, operating system, routes) and, when it is
built from a Dockerfile, the files of its build context. The manifest lists the definition as
`environment.json`, canonical JSON (RFC 8785), and the context below `context/`. The image that a
registry builds from it is not part of it: every registry builds its own.
"""

import json
from typing import Any

import msgspec
import rfc8785
import yaml

from promotion.adapters.azureml.plane import Document
from promotion.domain.assets import AssetRef
from promotion.domain.errors import InvalidError


class Definition(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an environment is made of, without its build context's files."""

    image: str = ""
    #: The conda file, read: the service rewrites its text, not its content.
    conda: Any = None
    os_type: str = "Linux"
    dockerfile_path: str = ""
    inference_config: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def canonical(self) -> bytes:
        """The one spelling of this definition, RFC 8785; what is empty is left out."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return rfc8785.dumps({name: value for name, value in fields.items() if value})


def read_definition(asset: AssetRef, document: Document) -> Definition:
    """Return the definition in an environment version's document.

    Raises:
        InvalidError: its conda file cannot be read.
    """
    properties = document.get("properties") or {}
    build = properties.get("build") or {}
    return Definition(
        image=properties.get("image") or "",
        conda=_conda(asset, properties.get("condaFile")),
        os_type=properties.get("osType") or "Linux",
        dockerfile_path=(build.get("dockerfilePath") or "Dockerfile") if build else "",
        inference_config=properties.get("inferenceConfig") or {},
    )


def has_context(document: Document) -> bool:
    """Whether an environment version is built from files."""
    return bool((document.get("properties") or {}).get("build"))


def _conda(asset: AssetRef, text: object) -> Any:  # noqa: ANN401 - any JSON value
    if not isinstance(text, str) or not text:
        return None
    try:
        # Dates and the like, which YAML has and JSON has not, become texts.
        return json.loads(json.dumps(yaml.safe_load(text), default=str))
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise InvalidError(
            f"The conda file of {asset.id} cannot be read: {type(error).__name__}.",
            "Register the environment again with a conda file that is valid YAML.",
        ) from error
