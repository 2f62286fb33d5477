"""How each kind of asset is read from requests and shown in answers; one file a kind.

This file resolves the addresses of an asset's files, which every kind treats alike: in a registry
they must lie in its own storage [UNK: what Azure does with others is not established], in a
workspace they may name its datastore. Must not know tables or HTTP.
"""

import copy
from typing import Any, Final

from sandbox.azureml.addresses import BlobAddress, datastore_address, datastore_uri
from sandbox.azureml.assets import Kind
from sandbox.azureml.documents import Properties
from sandbox.azureml.errors import bad_request
from sandbox.azureml.places import Place
from sandbox.azureml.shapes import codes, components, data, environments, models
from sandbox.azureml.shapes.common import Shape
from sandbox.config import Config

SHAPES: Final[dict[Kind, Shape]] = {
    "models": models.SHAPE,
    "environments": environments.SHAPE,
    "components": components.SHAPE,
    "data": data.SHAPE,
    "codes": codes.SHAPE,
}


def accept(config: Config, place: Place, kind: Kind, sent: Properties) -> Properties:
    """Return the properties of a request as they are kept.

    Raises:
        ServiceError: 400, something missing, of the wrong type, or not in this place's storage.
    """
    shape = SHAPES[kind]
    kept = shape.accept(sent)
    uri = get_uri(kind, kept)
    if uri is None:
        return kept
    resolved = _resolve(config, place, uri)
    if resolved is None and not shape.foreign_uris:
        raise bad_request(
            f"properties.{'.'.join(shape.uri)} is {uri}, which is not in the storage of "
            f"{place.name}. Upload the files there first.",
        )
    return with_uri(kind, kept, resolved or uri)


def get_uri(kind: Kind, properties: Properties) -> str | None:
    """Return the address of the asset's files, or None: it has none."""
    value: Any = properties
    for key in SHAPES[kind].uri:
        value = value and value[key]
    return value if isinstance(value, str) else None


def with_uri(kind: Kind, properties: Properties, uri: str) -> Properties:
    """Return a copy of the properties whose files are at `uri`."""
    changed = copy.deepcopy(properties)
    *way, last = SHAPES[kind].uri
    inner = changed
    for key in way:
        inner = inner[key]
    inner[last] = uri
    return changed


def location(
    config: Config, place: Place, kind: Kind, properties: Properties
) -> BlobAddress | None:
    """Return where the asset's files are, or None: it has none, or they are elsewhere."""
    uri = get_uri(kind, properties)
    if uri is None:
        return None
    if not place.registry and (address := datastore_address(place, uri)) is not None:
        return address
    return _own(config, place, uri)


def _resolve(config: Config, place: Place, uri: str) -> str | None:
    if not place.registry and (long := datastore_uri(place, uri)) is not None:
        return long
    address = _own(config, place, uri)
    if address is None:
        return None
    # Replicas are one storage: the first account stands for all.
    return address.at(place.accounts[0]).https(config) if place.registry else uri


def _own(config: Config, place: Place, uri: str) -> BlobAddress | None:
    address = BlobAddress.parse(config, uri)
    return address if address is not None and address.account in place.accounts else None
