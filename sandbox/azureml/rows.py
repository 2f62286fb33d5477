"""Documents as table entities: row keys, and JSON cut into pieces a table accepts.

One partition holds an asset: its container, versions, running operations and events to hand over,
so that one transaction changes them together. Knows nothing of table clients.
"""

from typing import Any, Final, cast

import msgspec

from sandbox.azureml.documents import Container, Operation, OutgoingEvent, Version
from sandbox.azureml.errors import ServiceError

CONTAINER_ROW: Final = "c"
VERSIONS: Final = "v|"
EVENTS: Final = "o|"
OPERATIONS: Final = "p|"

Document = Container | Version | Operation | OutgoingEvent

#: A string property holds 64 KiB of UTF-16; an entity 1 MiB in all.
_PIECE: Final = 31_000
_MOST_PIECES: Final = 15

_encoder: Final = msgspec.json.Encoder()


def after(prefix: str) -> str:
    """Return the smallest key above all keys that start with `prefix` (ends in `|`)."""
    return prefix[:-1] + "}"


def row_key(document: Document) -> str:
    """Return the row a document lives in."""
    match document:
        case Container():
            return CONTAINER_ROW
        case Version():
            return f"{VERSIONS}{document.version}"
        case Operation():
            return f"{OPERATIONS}{document.id}"
        case OutgoingEvent():
            return f"{EVENTS}{document.id}"


def to_entity(partition: str, document: Document) -> dict[str, Any]:
    """Return the document as a table entity.

    Raises:
        ServiceError: 413, larger than a table's entity.
    """
    text = _encoder.encode(document).decode()
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    if len(pieces) > _MOST_PIECES:
        raise ServiceError(
            413,
            f"The asset's description has {len(text)} characters; at most "
            f"{_PIECE * _MOST_PIECES} can be kept. Shorten tags, properties or specification.",
        )
    columns = {f"d{index:02}": piece for index, piece in enumerate(pieces)}
    return {"PartitionKey": partition, "RowKey": row_key(document), **columns}


def from_entity[T: Document](entity: dict[str, Any], kind: type[T]) -> T:
    """Return the document an entity holds."""
    columns = sorted(name for name in entity if name[:1] == "d" and name[1:].isdigit())
    text = "".join(cast("str", entity[name]) for name in columns)
    return msgspec.json.decode(text, type=kind)
