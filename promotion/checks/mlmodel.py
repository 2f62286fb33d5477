"""Reads documents among an asset's files: the MLmodel file, metrics files. Knows where, not what for."""

from collections.abc import Mapping
from typing import Any, Final

from promotion.documents.nodes import DocumentError
from promotion.documents.values import read_json, read_yaml
from promotion.domain.reading import FileAccess

NAME: Final = "MLmodel"

#: A signature of ten thousand columns has about one MiB.
_LARGEST: Final = 4 * 1024 * 1024


class UnreadableError(Exception):
    """A file that should be there is not, or is no document; the text is for a person."""


def read_mlmodel(files: FileAccess) -> tuple[str, Mapping[str, Any]]:
    """Return the path and the content of the asset's MLmodel file.

    It lies at the root, or alone one folder below, where uploads of a folder put it.

    Raises:
        UnreadableError: there is none, there are several, or it is no mapping.
    """
    paths = files.paths
    nested = [path for path in paths if path.count("/") == 1 and path.endswith(f"/{NAME}")]
    found = [NAME] if NAME in paths else nested
    if not found:
        raise UnreadableError("There is no MLmodel file: register the model in MLflow format.")
    if len(found) > 1:
        raise UnreadableError(f"There are several MLmodel files: {', '.join(found[:5])}.")
    return found[0], read_mapping(files, found[0])


def read_mapping(files: FileAccess, path: str) -> Mapping[str, Any]:
    """Return the mapping that a YAML or JSON file (`.json`) holds.

    Raises:
        UnreadableError: there is no such file, or it is no mapping.
    """
    content = read_whole(files, path)
    try:
        document = read_json(content) if path.endswith(".json") else read_yaml(content)
    except DocumentError as error:
        raise UnreadableError(f"{path} cannot be read: {error}.") from error
    if not isinstance(document, dict):
        raise UnreadableError(f"{path} holds no mapping of names to values.")
    return document


def read_whole(files: FileAccess, path: str) -> bytes:
    """Return a file's content.

    Raises:
        UnreadableError: there is no such file, or it is too large for a document.
    """
    if path not in files.paths:
        raise UnreadableError(f"There is no file {path!r} among the asset's files.")
    reader = files.open(path)
    if reader.size > _LARGEST:
        raise UnreadableError(f"{path} has {reader.size:,} bytes, more than {_LARGEST:,}.")
    return reader.read(0, reader.size)
