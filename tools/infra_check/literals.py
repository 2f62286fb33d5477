"""Holds literal texts and numbers against what a schema states of them: listed values, pattern, bounds."""

import re
from collections.abc import Iterator
from typing import Any, Final

from tools.infra_check.schemas import Schema

_PRIMITIVES: Final = frozenset({"string", "int", "bool", "any"})


def text(schema: Schema, stated: dict[str, Any], value: str) -> Iterator[str]:
    """Yield what is wrong with a text where `stated` belongs."""
    options = str(stated["type"]).split(" | ")
    literals = [each for each in options if _is_literal(schema, each)]
    if literals or (len(options) > 1 and "string" in options):
        # Among values, one that is called like a definition is a value, too.
        literals = [each for each in options if each not in _PRIMITIVES]
    if literals and value not in literals:
        yield f"{value!r} is none of {', '.join(literals)}"
    elif not literals and "string" not in options:
        yield f"a text where {' | '.join(options)} belongs"
    modifiers = stated.get("modifiers", "")
    pattern = re.search(r"pattern: (.+)$", modifiers)
    if pattern and not re.search(pattern[1], value):
        yield f"{value!r} does not match {pattern[1]}"
    yield from _within(modifiers, ("minLength", "maxLength"), len(value), value)


def number(stated: dict[str, Any], value: int) -> Iterator[str]:
    """Yield which bounds a number breaks."""
    yield from _within(stated.get("modifiers", ""), ("minValue", "maxValue"), value, value)


def _within(
    modifiers: str,
    names: tuple[str, str],
    size: int,
    shown: object,
) -> Iterator[str]:
    for name, wrong in zip(names, (-1, 1), strict=True):
        found = re.search(rf"{name}: (-?\d+)", modifiers)
        if found and (size - int(found[1])) * wrong > 0:
            yield f"{shown!r}: {name} is {found[1]}"


def _is_literal(schema: Schema, option: str) -> bool:
    plain = option.removesuffix("[]")
    return option == plain and plain not in _PRIMITIVES and plain not in schema.definitions
