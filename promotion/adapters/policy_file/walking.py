"""Walks a YAML tree along typed structures: builds what fits, tells everything that does not.

Knows msgspec's structures and annotations, no single one of the policy's. A wrong part does not end the walk:
it is left out, told with its line, and everything else is still built.
"""

import types
from typing import (
    Any,
    Final,
    Union,
    get_args,
    get_origin,
)

import msgspec

from promotion.adapters.policy_file.problems import Findings, Path, choices, suggestion
from promotion.adapters.policy_file.scalars import ScalarError, convert
from promotion.adapters.policy_file.shapes import fields, required, stand_ins, unaliased
from promotion.documents.nodes import DocumentError, Node
from promotion.documents.values import plain_value, scalar

#: What a part becomes that does not fit.
MISFIT: Final[Any] = object()


def build(node: Node, wanted: Any, path: Path, findings: Findings) -> Any:  # noqa: ANN401 -- types in, values out
    """Return the value of a node as the wanted type, or MISFIT after telling why not."""
    findings.mark(path, node)
    wanted = unaliased(wanted)
    members = _members(wanted)
    if len(members) > 1:
        return _build_union(node, wanted, members, path, findings)
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return _build_struct(node, wanted, path, findings)
    if get_origin(wanted) is tuple:
        return _build_list(node, get_args(wanted)[0], path, findings)
    if get_origin(wanted) is dict:
        return _build_mapping(node, get_args(wanted)[1], path, findings)
    if wanted is Any:
        return _build_anything(node, path, findings)
    return _build_scalar(node, wanted, path, findings)


def _members(wanted: Any) -> list[Any]:  # noqa: ANN401 -- a type
    if get_origin(wanted) in {Union, types.UnionType}:
        return [deeper for each in get_args(wanted) for deeper in _members(unaliased(each))]
    return [wanted]


def _build_union(
    node: Node,
    wanted: Any,  # noqa: ANN401 -- a type
    members: list[Any],
    path: Path,
    findings: Findings,
) -> Any:  # noqa: ANN401 -- any value
    structs = [
        each for each in members if isinstance(each, type) and issubclass(each, msgspec.Struct)
    ]
    if type(None) in members:
        if node.pairs is None and node.items is None and scalar(node) is None:
            return None
        rest = [each for each in members if each is not type(None)]
        if len(rest) == 1:
            return build(node, rest[0], path, findings)
    if structs:
        return _build_tagged(node, structs, path, findings)
    return _build_scalar(node, wanted, path, findings)


def _build_tagged(node: Node, structs: list[Any], path: Path, findings: Findings) -> Any:  # noqa: ANN401 -- one of them
    known = {str(each.__struct_config__.tag): each for each in structs}
    field = str(structs[0].__struct_config__.tag_field)
    if node.pairs is None:
        findings.add(path, node, "an entry is a mapping", f"Write {{{field}: ...}}.")
        return MISFIT
    tag = next((value for key, value in node.pairs if key.text == field), None)
    if tag is None:
        findings.add(
            path, node, f"it does not say which {field} it is", f"Add `{field}:` {_one_of(known)}"
        )
        return MISFIT
    if tag.text not in known:
        findings.add(
            (*path, field),
            tag,
            f"there is no {field} {tag.text[:60]!r}",
            suggestion(tag.text, known),
        )
        return MISFIT
    return _build_struct(node, known[tag.text], path, findings)


def _build_struct(node: Node, wanted: Any, path: Path, findings: Findings) -> Any:  # noqa: ANN401 -- a struct
    known = fields(wanted)
    if node.pairs is None:
        remedy = f"Its fields: {choices(known)}."
        findings.add(path, node, "a mapping of fields is wanted here", remedy)
        return MISFIT
    given = _unique(node, path, findings)
    given.pop(str(wanted.__struct_config__.tag_field), None)
    values: dict[str, Any] = {}
    for name, (key, value) in given.items():
        if name in known:
            values[name] = build(value, known[name], (*path, name), findings)
        else:
            problem = f"there is no field {name[:60]!r} here"
            findings.add((*path, name), key, problem, suggestion(name, known))
    for name in required(wanted):
        if name not in given:
            findings.add((*path, name), node, f"the field {name!r} is missing")
    fitting = {name: value for name, value in values.items() if value is not MISFIT}
    return wanted(**stand_ins(wanted, fitting), **fitting)


def _build_list(node: Node, wanted: Any, path: Path, findings: Findings) -> Any:  # noqa: ANN401 -- a tuple
    if node.items is None:
        shown = f"[{node.text}]" if node.text else "[...]"
        findings.add(path, node, "a list is wanted here", f"Write {shown}.")
        return MISFIT
    built = [build(item, wanted, (*path, n), findings) for n, item in enumerate(node.items)]
    kept = [number for number, each in enumerate(built) if each is not MISFIT]
    findings.keep(path, kept)
    return tuple(built[number] for number in kept)


def _build_mapping(node: Node, wanted: Any, path: Path, findings: Findings) -> Any:  # noqa: ANN401 -- a dict
    if node.pairs is None:
        findings.add(path, node, "a mapping of names is wanted here", "Write `name: ...` below it.")
        return MISFIT
    built = {
        name: build(value, wanted, (*path, name), findings)
        for name, (_, value) in _unique(node, path, findings).items()
    }
    return {name: value for name, value in built.items() if value is not MISFIT}


def _build_anything(node: Node, path: Path, findings: Findings) -> Any:  # noqa: ANN401 -- JSON
    try:
        return plain_value(node)
    except DocumentError as error:
        findings.add(path, node, error.problem)
        return MISFIT


def _build_scalar(node: Node, wanted: Any, path: Path, findings: Findings) -> Any:  # noqa: ANN401 -- a simple value
    if node.items is not None or node.pairs is not None:
        what = "list" if node.items is not None else "mapping"
        findings.add(path, node, f"a single value is wanted here, not a {what}")
        return MISFIT
    try:
        return convert(node, wanted)
    except ScalarError as error:
        findings.add(path, node, error.problem, error.remedy)
        return MISFIT


def _unique(node: Node, path: Path, findings: Findings) -> dict[str, tuple[Node, Node]]:
    found: dict[str, tuple[Node, Node]] = {}
    for key, value in node.pairs or ():
        if key.items is not None or key.pairs is not None:
            findings.add(path, key, "a key is a list or a mapping", "Write a plain name.")
        elif key.text in found:
            first = found[key.text][0].line
            findings.remark(
                (*path, key.text),
                key,
                f"{key.text[:60]!r} stands here twice, first in line {first}",
                "Keep one.",
            )
        else:
            found[key.text] = (key, value)
    return found


def _one_of(names: dict[str, Any]) -> str:
    return f"one of {choices(names)}."
