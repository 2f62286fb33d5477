"""What all kinds of assets share: reading the parts of a request, and the type of a shape.

Pure. Values arrive from outside, therefore every read checks; knows no kind of asset.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from sandbox.azureml.documents import Properties
from sandbox.azureml.errors import bad_request
from sandbox.azureml.places import Place

#: Stages a version can be in without being archived.
DEVELOPMENT: Final = "Development"
ARCHIVED: Final = "Archived"


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """How one kind of asset is read from requests and shown in answers."""

    #: Properties as sent -> as kept, without their addresses resolved.
    accept: Callable[[Properties], Properties]
    #: Place, properties as kept, whether it is the latest version -> as shown.
    show: Callable[[Place, Properties, bool], Properties]
    #: What can never change once the version exists.
    content: Callable[[Properties], Any]
    #: Where the address of the files is, key by key; empty: this kind has none.
    uri: tuple[str, ...]
    #: Whether addresses outside the sandbox's storage are accepted.
    foreign_uris: bool = False


def base(sent: Properties) -> Properties:
    """Return the properties every kind has.

    Raises:
        ServiceError: 400, a value of the wrong type.
    """
    return {
        "description": text(sent, "description"),
        "tags": texts(sent, "tags"),
        "properties": texts(sent, "properties"),
        "isArchived": flag(sent, "isArchived"),
        "isAnonymous": flag(sent, "isAnonymous"),
    }


def text(sent: Properties, key: str) -> str | None:
    """Return an optional text.

    Raises:
        ServiceError: 400, another type.
    """
    value = sent.get(key)
    if value is not None and not isinstance(value, str):
        raise bad_request(f"properties.{key} must be a text, not {type(value).__name__}.")
    return value


def required(sent: Properties, key: str) -> str:
    """Return a text that must be there.

    Raises:
        ServiceError: 400, missing, empty or of another type.
    """
    value = text(sent, key)
    if not value:
        raise bad_request(f"properties.{key} is required.")
    return value


def flag(sent: Properties, key: str) -> bool:
    """Return a boolean, false when it is missing.

    Raises:
        ServiceError: 400, another type.
    """
    value = sent.get(key)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise bad_request(f"properties.{key} must be true or false.")
    return value


def mapping(sent: Properties, key: str) -> dict[str, Any]:
    """Return an optional object, empty when it is missing.

    Raises:
        ServiceError: 400, another type.
    """
    value = sent.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request(f"properties.{key} must be an object.")
    return value


def texts(sent: Properties, key: str) -> dict[str, str]:
    """Return an object of texts; numbers and booleans become texts, nulls are left out.

    Raises:
        ServiceError: 400, a value that is an object or array.
    """
    found = mapping(sent, key)
    for name, value in found.items():
        if isinstance(value, (dict, list)):
            raise bad_request(f"properties.{key}.{name} must be a text.")
    return {name: str(value) for name, value in found.items() if value is not None}


def stage(sent: Properties) -> str:
    """Return the stage of a version: what was sent, or what `isArchived` says."""
    if flag(sent, "isArchived"):
        return ARCHIVED
    given = text(sent, "stage")
    return given if given and given != ARCHIVED else DEVELOPMENT


def pick(properties: Properties, *keys: str) -> Properties:
    """Return the named properties in that order; a missing one is null."""
    return {key: properties.get(key) for key in keys}
