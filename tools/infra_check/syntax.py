"""Reads Bicep with tree-sitter into `tree`. Says where a file is no Bicep; knows no meaning.

The grammar (tree-sitter-bicep 1.1.0) is kinder than Bicep: it takes items without a separator, and
binds an index or member to all of a lambda, choice or operation before it. Both are put right here. Inside an array it takes an
index or a call for further items: that shows as a missing separator; write it outside of the array.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

import tree_sitter
import tree_sitter_bicep

from tools.infra_check import tree
from tools.infra_check.expressions import Expressions, named, text_of
from tools.infra_check.tree import Declaration, Finding, Template

_LANGUAGE: Final = tree_sitter.Language(tree_sitter_bicep.language())
_SORTS: Final = {
    "parameter_declaration": "param",
    "variable_declaration": "var",
    "resource_declaration": "resource",
    "module_declaration": "module",
    "output_declaration": "output",
}


@lru_cache(maxsize=256)
def parse(file: str, text: str) -> Template:
    """Return a file's declarations, and what of it is no Bicep."""
    whole = text.encode()
    return _Reader(file, whole).template(tree_sitter.Parser(_LANGUAGE).parse(whole).root_node)


class _Reader(Expressions):
    """Turns one file's syntax tree into declarations."""

    def template(self, root: tree_sitter.Node) -> Template:
        scope = "resourceGroup"
        declarations: list[Declaration] = []
        decorators: tuple[tree.Call, ...] = ()
        self._findings.extend(self._broken(root))
        for node in named(root) if not self._findings else ():
            if node.type == "target_scope_assignment":
                scope = text_of(node.named_children[0])[1:-1]
            elif node.type == "decorators":
                decorators = tuple(self._decorator(each) for each in named(node))
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
            yield Finding(self._place(node), f"no Bicep: {text_of(node)[:60]!r}")
            return
        if node.type in {"object", "array"}:
            for first, second in pairwise(named(node)):
                if first.end_point.row == second.start_point.row and not _comma(
                    self._whole, first, second
                ):
                    yield Finding(self._place(second), "a comma or a new line is missing before it")
        for child in node.children:
            yield from self._broken(child)

    def _decorator(self, node: tree_sitter.Node) -> tree.Call:
        found = self._expression(named(node)[0])
        if not isinstance(found, tree.Call):
            raise TypeError(f"{self._place(node)}: a decorator that is no call: {text_of(node)}")
        return found

    def _declaration(
        self,
        node: tree_sitter.Node,
        decorators: tuple[tree.Call, ...],
    ) -> Declaration:
        sort = _SORTS[node.type]
        name, *rest = named(node)
        kind, value = "", rest[-1] if rest else None
        if sort in {"param", "output"}:
            kind = text_of(rest[0])
            value = rest[1] if len(rest) > 1 else None
        elif sort in {"resource", "module"}:
            kind = text_of(rest[0])[1:-1]
        return Declaration(
            sort=sort,
            name=text_of(name),
            place=self._place(node),
            kind=kind,
            value=self._expression(value) if value else None,
            existing=any(child.type == "existing" for child in node.children),
            decorators=decorators,
        )


def _comma(whole: bytes, first: tree_sitter.Node, second: tree_sitter.Node) -> bool:
    return b"," in whole[first.end_byte : second.start_byte]
