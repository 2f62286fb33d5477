"""The words and addresses of an Adaptive Card, without its looks. Pure.

Walks any card, also one that breaks the schema: what is not understood is left out. Element names
are those of the Adaptive Cards schema, version 1.5.
"""

from collections.abc import Iterator
from typing import Any, Final

#: Deeper nesting is not followed; a card of 28 KB made by hand or program never comes near.
_DEPTH: Final = 40
#: Members that hold further elements, in the order in which a reader meets them.
_CHILDREN: Final = (
    "body",
    "columns",
    "rows",
    "cells",
    "items",
    "images",
    "card",
    "actions",
    "selectAction",
)


def texts(card: dict[str, Any]) -> list[str]:
    """Return the card's texts, one an entry, in reading order; actions by their title."""
    return [text for element in _elements(card, _DEPTH) for text in _texts_of(element) if text]


def links(card: dict[str, Any]) -> tuple[str, ...]:
    """Return the addresses that the card's actions open, each once, in reading order."""
    found = (
        element["url"]
        for element in _elements(card, _DEPTH)
        if element.get("type") == "Action.OpenUrl" and isinstance(element.get("url"), str)
    )
    return tuple(dict.fromkeys(found))


def action_types(card: dict[str, Any]) -> set[str]:
    """Return the kinds of action that the card uses."""
    kinds = (element.get("type") for element in _elements(card, _DEPTH))
    return {kind for kind in kinds if isinstance(kind, str) and kind.startswith("Action.")}


def _elements(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(value, list):
        for each in value:
            yield from _elements(each, depth - 1)
    elif isinstance(value, dict):
        yield value
        for name in (*_CHILDREN, "inlines"):
            yield from _elements(value.get(name), depth - 1)


def _texts_of(element: dict[str, Any]) -> list[str]:
    match element.get("type"):
        case "TextBlock":
            return [_text(element.get("text"))]
        case "RichTextBlock":
            return ["".join(_text(inline) for inline in _list(element.get("inlines")))]
        case "FactSet":
            return [_fact(fact) for fact in _list(element.get("facts"))]
        case "Image":
            return [_text(element.get("altText"))]
        case str(kind) if kind.startswith("Action."):
            return [_text(element.get("title"))]
        case _:
            return []


def _fact(fact: object) -> str:
    if not isinstance(fact, dict):
        return ""
    return f"{_text(fact.get('title'))}: {_text(fact.get('value'))}"


def _text(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("text")
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
