"""Reads expressions from tree-sitter's syntax tree into `tree`. Knows no declaration and no meaning.

The grammar (tree-sitter-bicep 1.1.0) binds an index or member to all of a lambda, choice or operation before
it, and leaves out white space between two interpolations. Both are put right here.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import tree_sitter

from tools.infra_check import tree
from tools.infra_check.tree import Finding, Node, Place

_ESCAPES: Final = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\'": "'", "\\\\": "\\", "\\$": "$"}
_LOOSE: Final = frozenset(
    {"lambda_expression", "ternary_expression", "binary_expression", "unary_expression"}
)
_IGNORED: Final = frozenset({"comment", "diagnostic_comment"})


class Expressions:
    """Turns the expressions of one file into `tree`; what is not understood becomes a finding."""

    def __init__(self, file: str, whole: bytes) -> None:
        """Read expressions of `file`, whose content is `whole`."""
        self._file = file
        self._whole = whole
        self._findings: list[Finding] = []

    def _expression(self, node: tree_sitter.Node) -> Node:
        maker = getattr(self, f"_{node.type}", None)
        if maker is None:
            return self._odd(node)
        made: Node = maker(node)
        return made

    def _odd(self, node: tree_sitter.Node) -> Node:
        # Not understood is not passed over.
        place = self._place(node)
        self._findings.append(Finding(place, f"this check does not understand {node.type} here"))
        return tree.Literal(place=place, value=None)

    def _string(self, node: tree_sitter.Node) -> Node:
        # The grammar leaves out white space that stands alone between two expressions.
        quotes = 3 if text_of(node).startswith("'''") else 1
        parts: list[str | Node] = []
        at = node.start_byte + quotes
        for child in node.named_children:
            if child.start_byte > at:
                parts.append(self._whole[at : child.start_byte].decode())
            parts.append(self._part(child))
            at = child.end_byte
        if node.end_byte - quotes > at:
            parts.append(self._whole[at : node.end_byte - quotes].decode())
        return tree.Text(place=self._place(node), parts=tuple(parts))

    def _part(self, node: tree_sitter.Node) -> str | Node:
        if node.type == "interpolation":
            return self._expression(named(node)[0])
        text = text_of(node)
        return _ESCAPES.get(text, text) if node.type == "escape_sequence" else text

    def _number(self, node: tree_sitter.Node) -> Node:
        return tree.Literal(place=self._place(node), value=int(text_of(node)))

    def _boolean(self, node: tree_sitter.Node) -> Node:
        return tree.Literal(place=self._place(node), value=text_of(node) == "true")

    def _null(self, node: tree_sitter.Node) -> Node:
        return tree.Literal(place=self._place(node), value=None)

    def _array(self, node: tree_sitter.Node) -> Node:
        items = tuple(self._expression(each) for each in named(node))
        return tree.Array(place=self._place(node), items=items)

    def _object(self, node: tree_sitter.Node) -> Node:
        properties = tuple(self._property(each) for each in named(node))
        return tree.Object(place=self._place(node), properties=properties)

    def _property(self, node: tree_sitter.Node) -> tree.Property:
        place = self._place(node)
        if node.type != "object_property" or len(named(node)) != 2:  # noqa: PLR2004 -- key, value
            return tree.Property(key="", computed=None, value=self._odd(node), place=place)
        first, second = named(node)
        key = self._expression(first)
        name = key.name if isinstance(key, tree.Name) else None
        if isinstance(key, tree.Text):
            name = key.literal
        computed = key if name is None else None
        return tree.Property(
            key=name, computed=computed, value=self._expression(second), place=place
        )

    def _identifier(self, node: tree_sitter.Node) -> Node:
        return tree.Name(place=self._place(node), name=text_of(node))

    def _parenthesized_expression(self, node: tree_sitter.Node) -> Node:
        return self._expression(named(node)[0])

    def _nullable_type(self, node: tree_sitter.Node) -> Node:
        # `x!` at the end of an expression: the same value, without a warning.
        return self._expression(named(node)[0])

    def _member_expression(self, node: tree_sitter.Node) -> Node:
        of, name = named(node)
        place = self._place(node)
        return self._last(of, lambda inner: tree.Member(place=place, of=inner, name=text_of(name)))

    def _subscript_expression(self, node: tree_sitter.Node) -> Node:
        of, at = named(node)
        place, index = self._place(node), self._expression(at)
        return self._last(of, lambda inner: tree.Index(place=place, of=inner, at=index))

    def _last(self, node: tree_sitter.Node, wrap: Callable[[Node], Node]) -> Node:
        # `a ? b : c[0]` comes as `(a ? b : c)[0]`; what really has parentheses says so.
        inner = self._expression(node)
        if node.type not in _LOOSE:
            return wrap(inner)
        match inner:
            case tree.Lambda():
                return replace(inner, body=wrap(inner.body))
            case tree.Choice():
                return replace(inner, no=wrap(inner.no))
            case tree.Binary():
                return replace(inner, right=wrap(inner.right))
            case tree.Unary():
                return replace(inner, operand=wrap(inner.operand))
        return wrap(inner)

    def _call_expression(self, node: tree_sitter.Node) -> Node:
        name, arguments = named(node)
        given = tuple(self._expression(each) for each in named(arguments))
        return tree.Call(place=self._place(node), name=text_of(name), arguments=given)

    def _unary_expression(self, node: tree_sitter.Node) -> Node:
        operator = text_of(node.children[0])
        operand = self._expression(named(node)[0])
        return tree.Unary(place=self._place(node), operator=operator, operand=operand)

    def _binary_expression(self, node: tree_sitter.Node) -> Node:
        left, right = named(node)
        operator = next(text_of(each) for each in node.children if not each.is_named)
        return tree.Binary(
            place=self._place(node),
            operator=operator,
            left=self._expression(left),
            right=self._expression(right),
        )

    def _ternary_expression(self, node: tree_sitter.Node) -> Node:
        condition, yes, no = (self._expression(each) for each in named(node))
        return tree.Choice(place=self._place(node), condition=condition, yes=yes, no=no)

    def _lambda_expression(self, node: tree_sitter.Node) -> Node:
        first, body = named(node)
        names = [first] if first.type == "identifier" else named(first)
        return tree.Lambda(
            place=self._place(node),
            names=tuple(text_of(each) for each in names),
            body=self._expression(body),
        )

    def _if_statement(self, node: tree_sitter.Node) -> Node:
        condition, body = (self._expression(each) for each in named(node))
        return tree.Guard(place=self._place(node), condition=condition, body=body)

    def _for_statement(self, node: tree_sitter.Node) -> Node:
        variable, items, body = named(node)
        names = [variable] if variable.type == "identifier" else named(variable)
        return tree.Loop(
            place=self._place(node),
            name=text_of(names[0]),
            index=text_of(names[1]) if len(names) > 1 else None,
            items=self._expression(items),
            body=self._expression(body),
        )

    def _place(self, node: tree_sitter.Node) -> Place:
        start = node.start_point
        return Place(file=self._file, line=start.row + 1, column=start.column + 1)


def named(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    """Return the parts of a node that mean something."""
    return [child for child in node.named_children if child.type not in _IGNORED]


def text_of(node: tree_sitter.Node) -> str:
    """Return a node as it is written."""
    return (node.text or b"").decode()
