"""The values that YAML scalars stand for, and whole documents as plain values. Knows no meaning.

Scalars follow YAML 1.2's core schema: `yes` and `on` are text, so are dates. Custom tags are refused.
"""

import re
from typing import Any, Final

import msgspec

from promotion.documents.nodes import DocumentError, Node, compose

_STANDARD: Final = "tag:yaml.org,2002:"
_SCALARS: Final = ("str", "int", "float", "bool", "null")
_COLLECTIONS: Final = ("map", "seq")
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS: Final = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
#: At most 300 digits: what is longer is a text, not a number that anybody meant.
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,300}", re.ASCII)
_FLOAT: Final = re.compile(
    r"[-+]?(?:\.[0-9]{1,300}|[0-9]{1,300}(?:\.[0-9]{0,300})?)(?:[eE][-+]?[0-9]{1,9})?",
    re.ASCII,
)
_SPECIAL: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", re.ASCII)


def scalar(node: Node) -> Any:  # noqa: ANN401 -- null, truth value, number or text
    """Return the value of a scalar node; a tag that is not `!!str` is passed over."""
    if node.tag.removeprefix(_STANDARD) in {"str", "!"} or (not node.tag and not node.plain):
        return node.text
    return _resolved(node.text)


def plain_value(node: Node) -> Any:  # noqa: ANN401 -- JSON's types
    """Return the tree under a node as dictionaries, lists and scalars; of doubled keys the last counts.

    Raises:
        DocumentError: a tag is not allowed, or a key is not a scalar.
    """
    if node.tag.removeprefix(_STANDARD) not in {"", "!", *_SCALARS, *_COLLECTIONS}:
        raise DocumentError(f"the tag {node.tag[:80]} is not allowed here", node.line, node.column)
    if node.items is not None:
        return [plain_value(item) for item in node.items]
    if node.pairs is not None:
        return {_key(key): plain_value(value) for key, value in node.pairs}
    return scalar(node)


def read_yaml(content: bytes) -> Any:  # noqa: ANN401 -- JSON's types
    """Return a YAML document as plain values; None when it is empty.

    Raises:
        DocumentError: it is not YAML that is allowed here.
    """
    root = compose(content)
    return None if root is None else plain_value(root)


def read_json(content: bytes) -> Any:  # noqa: ANN401 -- JSON's types
    """Return a JSON document as plain values.

    Raises:
        DocumentError: it is not JSON, or nested too deeply.
    """
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentError(f"not JSON: {error}") from error


def _key(node: Node) -> str:
    if node.items is not None or node.pairs is not None:
        raise DocumentError("a key is a list or a mapping", node.line, node.column)
    return node.text


def _resolved(text: str) -> Any:  # noqa: ANN401 -- null, truth value, number or text
    if text in _NULLS:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    return text
