"""Where a TensorFlow graph's saving and restoring operators take their paths from.

Every SavedModel holds them; the path is an input that the loader fills in. A path that stands in the graph is
somebody else's file. Knows nodes, not how they are stored.
"""

import re
from typing import Final, NamedTuple

from promotion.checks.scan.documents.protobuf import Message
from promotion.checks.scan.subject import Subject

#: Operators that save and restore, and how many of their first inputs are paths.
CHECKPOINTS: Final = {"SaveV2": 1, "RestoreV2": 1, "MergeV2Checkpoints": 2}

#: Operators that pass a text on or put texts together; the path is followed through them.
_PASSING: Final = frozenset(
    {"StringJoin", "ShardedFilename", "Select", "SelectV2", "Identity", "Pack", "Const", "PlaceholderWithDefault", "Reshape", "ExpandDims"}
)  # fmt: skip

#: What TensorFlow's own savers put into paths.
_ORDINARY: Final = re.compile(r"|model|part|\.part|/?part|/?_temp/part|_temp_[0-9a-f]{32}/part")

_VALUE: Final = 2
_ATTRIBUTE_TENSOR: Final = 8
_TENSOR_TYPE: Final = 1
_TENSOR_TEXT: Final = 8
_TEXT_TYPE: Final = 7
_MOST_TEXTS: Final = 1_000


class Node(NamedTuple):
    """One node of a graph."""

    name: str
    operator: str
    inputs: tuple[str, ...]
    offset: int


class Scope:
    """The nodes of one graph or function that matter for paths."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._nodes: dict[str, Node] = {}
        self._texts: dict[str, list[str]] = {}
        self._ends: list[Node] = []

    def add(self, node: Node, attributes: list[Message]) -> None:
        """Take a node and its attributes."""
        if node.operator in CHECKPOINTS:
            self._ends.append(node)
        elif node.operator in _PASSING:
            self._nodes[node.name] = node
            if node.operator == "Const":
                texts = [text for attribute in attributes for text in _texts(attribute)]
                self._texts[node.name] = texts[:_MOST_TEXTS]

    def check(self) -> None:
        """Block every path that stands in the graph."""
        for node in self._ends:
            for path in node.inputs[: CHECKPOINTS[node.operator]]:
                self._follow(node, path)

    def _follow(self, end: Node, path: str) -> None:
        waiting, seen = [path], set[str]()
        while waiting:
            name = waiting.pop().lstrip("^").partition(":")[0]
            node = self._nodes.get(name)
            if node is None or name in seen:
                continue
            seen.add(name)
            waiting += node.inputs
            for text in self._texts.get(name, ()):
                if not _ORDINARY.fullmatch(text):
                    self._block(end, text)

    def _block(self, end: Node, text: str) -> None:
        self._subject.block(
            "savedmodel-operator",
            f"The operator {end.operator} of node {end.name[:100]!r} uses a path of its own: {text[:100]!r}.",
            end.offset,
            operator=end.operator,
            path=text[:200],
        )


def _texts(attribute: Message) -> list[str]:
    """Return the texts of a constant's value: the attribute `value`, a tensor of texts."""
    for field in attribute.fields():
        if field.number == _VALUE and field.is_bytes:
            value = attribute.inner(field)
            for inner in value.fields():
                if inner.number == _ATTRIBUTE_TENSOR and inner.is_bytes:
                    return _tensor_texts(value.inner(inner))
    return []


def _tensor_texts(tensor: Message) -> list[str]:
    texts: list[str] = []
    is_text = False
    for field in tensor.fields():
        if field.number == _TENSOR_TYPE and not field.is_bytes:
            is_text = field.value == _TEXT_TYPE
        elif field.number == _TENSOR_TEXT and field.is_bytes:
            texts.append(tensor.text(field))
    return texts if is_text else []
