"""The JSON Schema of the policy, for editors. Made from the structures; knows none of them."""

import ast
import functools
import inspect
import textwrap
from typing import Any, Final

import msgspec

from promotion.domain.assets import AssetKind
from promotion.domain.policy import Policy

#: A name, not an address: the schema comes with the product.
ID: Final = "urn:azureml-registry-promotion:policy:1"


def policy_schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12) with a description for every field.

    Descriptions are the structures' docstrings and the comments (`#:`) above their fields.
    """
    schema = msgspec.json.schema(Policy)
    # Migrations have routes' assets, but are none that a route could take (soundness says so as well).
    schema["$defs"]["AssetKind"]["enum"].remove(AssetKind.MIGRATIONS)
    for structure in _structures(Policy):
        properties = schema["$defs"][structure.__name__]["properties"]
        for name, comment in comments(structure).items():
            properties[name].setdefault("description", comment)
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Promotion policy",
        **schema,
    }
    # Defaults are values of ours until they are written.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return plain


def comments(structure: type[msgspec.Struct]) -> dict[str, str]:
    """Return the comment above each field of a structure, its lines joined."""
    lines = textwrap.dedent(inspect.getsource(structure)).splitlines()
    found = {}
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = _above(lines, node.lineno - 1)
    return {name: text for name, text in found.items() if text}


def _above(lines: list[str], index: int) -> str:
    text: list[str] = []
    while index > 0 and lines[index - 1].strip().startswith("#:"):
        index -= 1
        text.insert(0, lines[index].strip().removeprefix("#:").strip())
    return " ".join(text)


@functools.cache
def _structures(root: type[msgspec.Struct]) -> tuple[type[msgspec.Struct], ...]:
    found: dict[type[msgspec.Struct], None] = {}
    _collect(msgspec.inspect.type_info(root), found)
    return tuple(found)


def _collect(info: Any, found: dict[type[msgspec.Struct], None]) -> None:  # noqa: ANN401 -- msgspec's type nodes
    match info:
        case msgspec.inspect.StructType() if info.cls not in found:
            found[info.cls] = None
            for field in info.fields:
                _collect(field.type, found)
        case msgspec.inspect.UnionType():
            for each in info.types:
                _collect(each, found)
        case msgspec.inspect.VarTupleType():
            _collect(info.item_type, found)
        case msgspec.inspect.DictType():
            _collect(info.value_type, found)
        case msgspec.inspect.Metadata():
            _collect(info.type, found)
        case _:
            pass
