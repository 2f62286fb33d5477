"""Reads Bicep with tree-sitter into `tree`. Says where a file is no Bicep; knows no meaning.

The grammar (tree-sitter-bicep 1.1.0) is kinder than Bicep: it takes items without a separator, and
binds an index or member to all of a lambda, choice or operation before it. Both are put right here. Inside an array it takes an
index or a call for further items: that shows as a missing separator; write it outside of the array.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

import tree_sitter
import tree_sitter_bicep

from tools.infra_check import tree
from tools.infra_check.tree import Declaration, Finding, Node, Place, Template

_LANGUAGE: Final = tree_sitter.Language(tree_sitter_bicep.language())
_SORTS: Final = {
    "parameter_declaration": "param",
    "variable_declaration": "var",
    "resource_declaration": "resource",
    "module_declaration": "module",
    "output_declaration": "output",
}
_ESCAPES: Final = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\'": "'", "\\\\": "\\", "\\$": "$"}
_LOOSE: Final = frozenset(
    {"lambda_expression", "ternary_expression", "binary_expression", "unary_expression"}
)
_IGNORED: Final = frozenset({"comment", "diagnostic_comment"})


@lru_cache(maxsize=256)
def parse(file: str, text: str) -> Template:
    """Return a file's declarations, and what of it is no Bicep."""
    whole = text.encode()
    return _Reader(file, whole).template(tree_sitter.Parser(_LANGUAGE).parse(whole).root_node)


class _Reader:
    """Turns one file's syntax tree into declarations."""

    def __init__(self, file: str, whole: bytes) -> None:
        self._file = file
        self._whole = whole
        self._findings: list[Finding] = []

    def template(self, root: tree_sitter.Node) -> Template:
        scope = "resourceGroup"
        declarations: list[Declaration] = []
        decorators: tuple[tree.Call, ...] = ()
        self._findings.extend(self._broken(root))
        for node in _named(root) if not self._findings else ():
            if node.type == "target_scope_assignment":
                scope = _text(node.named_children[0])[1:-1]
            elif node.type == "decorators":
                decorators = tuple(self._decorator(each) for each in _named(node))
            elif node.type in _SORTS:
                declarations.append(self._declaration(node, decorators))
                decorators = ()
            else:
                self._odd(node)
        return Template(
            file=self._file,
            scope=scope,
            declarations=tuple(declarations),
            findings=tuple(self._findings),
        )

    def _broken(self, node: tree_sitter.Node) -> Iterator[Finding]:
        if node.is_error or node.is_missing:
            yield Finding(self._place(node), f"no Bicep: {_text(node)[:60]!r}")
            return
        if node.type in {"object", "array"}:
            for first, second in pairwise(_named(node)):
                if first.end_point.row == second.start_point.row and not _comma(
                    self._whole, first, second
                ):
                    yield Finding(self._place(second), "a comma or a new line is missing before it")
        for child in node.children:
            yield from self._broken(child)

    def _decorator(self, node: tree_sitter.Node) -> tree.Call:
        found = self._expression(_named(node)[0])
        if not isinstance(found, tree.Call):
            raise TypeError(f"{self._place(node)}: a decorator that is no call: {_text(node)}")
        return found

    def _declaration(
        self,
        node: tree_sitter.Node,
        decorators: tuple[tree.Call, ...],
    ) -> Declaration:
        sort = _SORTS[node.type]
        name, *rest = _named(node)
        kind, value = "", rest[-1] if rest else None
        if sort in {"param", "output"}:
            kind = _text(rest[0])
            value = rest[1] if len(rest) > 1 else None
        elif sort in {"resource", "module"}:
            kind = _text(rest[0])[1:-1]
        return Declaration(
            sort=sort,
            name=_text(name),
            place=self._place(node),
            kind=kind,
            value=self._expression(value) if value else None,
            existing=any(child.type == "existing" for child in node.children),
            decorators=decorators,
        )

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
        quotes = 3 if _text(node).startswith("'''") else 1
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
            return self._expression(_named(node)[0])
        text = _text(node)
        return _ESCAPES.get(text, text) if node.type == "escape_sequence" else text

    def _number(self, node: tree_sitter.Node) -> Node:
        return tree.Literal(place=self._place(node), value=int(_text(node)))

    def _boolean(self, node: tree_sitter.Node) -> Node:
        return tree.Literal(place=self._place(node), value=_text(node) == "true")

    def _null(self, node: tree_sitter.Node) -> Node:
        return tree.Literal(place=self._place(node), value=None)

    def _array(self, node: tree_sitter.Node) -> Node:
        items = tuple(self._expression(each) for each in _named(node))
        return tree.Array(place=self._place(node), items=items)

    def _object(self, node: tree_sitter.Node) -> Node:
        properties = tuple(self._property(each) for each in _named(node))
        return tree.Object(place=self._place(node), properties=properties)

    def _property(self, node: tree_sitter.Node) -> tree.Property:
        place = self._place(node)
        if node.type != "object_property" or len(_named(node)) != 2:  # noqa: PLR2004 -- key, value
            return tree.Property(key="", computed=None, value=self._odd(node), place=place)
        first, second = _named(node)
        key = self._expression(first)
        name = key.name if isinstance(key, tree.Name) else None
        if isinstance(key, tree.Text):
            name = key.literal
        computed = key if name is None else None
        return tree.Property(
            key=name, computed=computed, value=self._expression(second), place=place
        )

    def _identifier(self, node: tree_sitter.Node) -> Node:
        return tree.Name(place=self._place(node), name=_text(node))

    def _parenthesized_expression(self, node: tree_sitter.Node) -> Node:
        return self._expression(_named(node)[0])

    def _nullable_type(self, node: tree_sitter.Node) -> Node:
        # `x!` at the end of an expression: the same value, without a warning.
        return self._expression(_named(node)[0])

    def _member_expression(self, node: tree_sitter.Node) -> Node:
        of, name = _named(node)
        place = self._place(node)
        return self._last(of, lambda inner: tree.Member(place=place, of=inner, name=_text(name)))

    def _subscript_expression(self, node: tree_sitter.Node) -> Node:
        of, at = _named(node)
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
        name, arguments = _named(node)
        given = tuple(self._expression(each) for each in _named(arguments))
        return tree.Call(place=self._place(node), name=_text(name), arguments=given)

    def _unary_expression(self, node: tree_sitter.Node) -> Node:
        operator = _text(node.children[0])
        operand = self._expression(_named(node)[0])
        return tree.Unary(place=self._place(node), operator=operator, operand=operand)

    def _binary_expression(self, node: tree_sitter.Node) -> Node:
        left, right = _named(node)
        operator = next(_text(each) for each in node.children if not each.is_named)
        return tree.Binary(
            place=self._place(node),
            operator=operator,
            left=self._expression(left),
            right=self._expression(right),
        )

    def _ternary_expression(self, node: tree_sitter.Node) -> Node:
        condition, yes, no = (self._expression(each) for each in _named(node))
        return tree.Choice(place=self._place(node), condition=condition, yes=yes, no=no)

    def _lambda_expression(self, node: tree_sitter.Node) -> Node:
        first, body = _named(node)
        names = [first] if first.type == "identifier" else _named(first)
        return tree.Lambda(
            place=self._place(node),
            names=tuple(_text(each) for each in names),
            body=self._expression(body),
        )

    def _if_statement(self, node: tree_sitter.Node) -> Node:
        condition, body = (self._expression(each) for each in _named(node))
        return tree.Guard(place=self._place(node), condition=condition, body=body)

    def _for_statement(self, node: tree_sitter.Node) -> Node:
        variable, items, body = _named(node)
        names = [variable] if variable.type == "identifier" else _named(variable)
        return tree.Loop(
            place=self._place(node),
            name=_text(names[0]),
            index=_text(names[1]) if len(names) > 1 else None,
            items=self._expression(items),
            body=self._expression(body),
        )

    def _place(self, node: tree_sitter.Node) -> Place:
        start = node.start_point
        return Place(file=self._file, line=start.row + 1, column=start.column + 1)


def _named(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [child for child in node.named_children if child.type not in _IGNORED]


def _text(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode()


def _comma(whole: bytes, first: tree_sitter.Node, second: tree_sitter.Node) -> bool:
    return b"," in whole[first.end_byte : second.start_byte]
