"""A YAML document as a tree with positions. Knows YAML's structure, not the types of its scalars.

Built from the parser's events, without recursion: PyYAML's own composer overflows the C stack on deeply
nested input (seen with 6.0.3 and libyaml: a megabyte of `[` ends the process).
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
import yaml

#: Deeper than any policy, MLmodel or metrics file; nesting costs memory while it is read.
MAX_DEPTH: Final = 64
#: Nodes of a document, those that an alias repeats counted each time.
MAX_NODES: Final = 100_000

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DocumentError(Exception):
    """A text that is no document, or one too large to judge; says why and where."""

    def __init__(self, problem: str, line: int = 0, column: int = 0) -> None:
        """Keep the problem and its place, both counted from 1; 0 when there is none."""
        place = f"line {line}, column {column}: " if line else ""
        super().__init__(place + problem)
        self.problem = problem
        self.line = line
        self.column = column


class Node(msgspec.Struct, kw_only=True):
    """A mapping (`pairs`), a sequence (`items`) or a scalar (`text`), and where it begins."""

    line: int
    column: int
    tag: str = ""
    text: str = ""
    #: Whether a scalar was written without quotes, so that it may be a number or a truth value.
    plain: bool = False
    pairs: "list[tuple[Node, Node]] | None" = None
    items: "list[Node] | None" = None
    #: This node and all under it, repeated ones counted each time.
    weight: int = 1

    @property
    def children(self) -> "Iterator[Node]":
        """The nodes directly under this one."""
        for key, value in self.pairs or ():
            yield key
            yield value
        yield from self.items or ()


def compose(content: bytes) -> Node | None:
    """Return the tree of the one document in `content`; nothing when it is empty.

    Raises:
        DocumentError: it is not YAML, holds several documents, or is too deep or too large.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(content, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = f"{error.context or ''} {error.problem or ''}".strip()
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise DocumentError(f"not YAML: {problem}", line, column) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise DocumentError(f"not YAML: {' '.join(str(error).split())[:200]}") from error
    return builder.root


class _Builder:
    """Puts nodes together as their events come."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._keys: list[Node | None] = []
        self._names: list[str | None] = []
        self._anchors: dict[str, Node] = {}
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._begin(event)
            case yaml.ScalarEvent():
                node = _node(event, text=event.value, plain=event.implicit[0])
                self._place(node)
                self._name(event.anchor, node)
            case yaml.AliasEvent():
                self._place(self._named(event))
            case yaml.MappingStartEvent():
                self._enter(_node(event, pairs=[]), event.anchor)
            case yaml.SequenceStartEvent():
                self._enter(_node(event, items=[]), event.anchor)
            case yaml.CollectionEndEvent():
                self._leave()
            case _:
                pass

    def _begin(self, event: yaml.Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise DocumentError("a second document begins here; keep one", *_place_of(event))

    def _enter(self, node: Node, anchor: str | None) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise DocumentError(
                f"nested deeper than {MAX_DEPTH} levels",
                node.line,
                node.column,
            )
        self._open.append(node)
        self._keys.append(None)
        self._names.append(anchor)

    def _leave(self) -> None:
        node, name = self._open.pop(), self._names.pop()
        self._keys.pop()
        node.weight += sum(child.weight for child in node.children)
        self._place(node)
        self._name(name, node)

    def _place(self, node: Node) -> None:
        if node.weight > MAX_NODES:
            raise DocumentError(f"more than {MAX_NODES:,} parts", node.line, node.column)
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif (key := self._keys[-1]) is None:
            self._keys[-1] = node
        else:
            assert parent.pairs is not None  # noqa: S101 -- a collection is one of the two
            parent.pairs.append((key, node))
            self._keys[-1] = None

    def _name(self, anchor: str | None, node: Node) -> None:
        # Only once it is complete: an alias inside its own anchor would be a circle.
        if anchor is not None:
            self._anchors[anchor] = node

    def _named(self, event: yaml.AliasEvent) -> Node:
        found = self._anchors.get(event.anchor or "")
        if found is None:
            raise DocumentError(
                f"*{event.anchor} repeats nothing that is complete before it",
                *_place_of(event),
            )
        return found


def _node(event: yaml.NodeEvent, **fields: Any) -> Node:  # noqa: ANN401 -- fields of Node
    line, column = _place_of(event)
    return Node(line=line, column=column, tag=getattr(event, "tag", None) or "", **fields)


def _place_of(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)
