"""YAML as plain values, within limits. Knows no schema.

msgspec reads with PyYAML's safe loader: a tag that would make an object is an error, so `!!python/object` never
gets further. Limits come first, as a tree of values takes a hundred times its text.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from promotion.checks.scan.documents.json_objects import JsonObject, Kept
from promotion.checks.scan.problems import LimitError, ProblemError, unreadable
from promotion.checks.scan.sources import Source

_LARGEST: Final = 512 * 1024
#: Marks that begin a value or an entry; each can cost a kilobyte while it is read.
_MARKS: Final = b"[{,:-&*!"
_MOST_MARKS: Final = 40_000
_DEEPEST: Final = 100
_LONGEST_SHOWN: Final = 300
_WIDEST_NUMBER: Final = 256
_KINDS: Final[dict[type, str]] = {dict: Kept.OBJECT, list: Kept.ARRAY}


def read(source: Source) -> object:
    """Return the one document of a YAML text.

    Raises:
        ProblemError: it is no YAML, uses tags that make objects, or is too large to be judged.
    """
    text = source.read(0, _LARGEST + 1)
    if len(text) > _LARGEST or sum(text.count(mark) for mark in _MARKS) > _MOST_MARKS:
        raise LimitError("YAML of this size is not judged.")
    _check_depth(text)
    try:
        return msgspec.yaml.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError, TypeError) as error:
        tag = text.find(b"!!python")
        if tag >= 0:
            raise ProblemError(
                "active-content", "A YAML tag makes Python objects while it is loaded.", tag
            ) from error
        raise unreadable(f"It is not plain YAML: {str(error)[:300]}") from error


def objects(value: object, wanted: frozenset[str]) -> Iterator[JsonObject]:
    """Yield every mapping that has a wanted key, as one of JSON; what aliases repeat comes once."""
    waiting: list[tuple[str, object]] = [("", value)]
    seen: set[int] = set()
    while waiting:
        under, value = waiting.pop()
        if not isinstance(value, dict | list) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, list):
            waiting += [(under, inner) for inner in value]
            continue
        waiting += [(shown(key), inner) for key, inner in value.items()]
        if not wanted.isdisjoint(value):
            yield _as_object(value, under, wanted)


def _as_object(mapping: dict[object, object], under: str, wanted: frozenset[str]) -> JsonObject:
    found = JsonObject(None, under, {}, {})
    for key in wanted & mapping.keys():
        value = mapping[key]
        if isinstance(value, str):
            found.texts[key] = value
        else:
            found.others[key] = _KINDS.get(type(value), Kept.OTHER)
    return found


def _check_depth(text: bytes) -> None:
    """Nesting by brackets only grows in flow style; by lines it needs that many columns."""
    if text.count(b"[") + text.count(b"{") > _DEEPEST:
        depth = deepest = 0
        for byte in text:
            depth += (byte in b"[{") - (byte in b"]}")
            deepest = max(deepest, depth)
        if deepest > _DEEPEST:
            raise LimitError(f"YAML nested deeper than {_DEEPEST} levels is not judged.")


def shown(value: object) -> str:
    """Return a scalar as text, cut off; of a list or mapping the kind alone, as aliases can make it endless."""
    if isinstance(value, int) and value.bit_length() > _WIDEST_NUMBER:
        return "<a number too long to show>"
    if value is None or isinstance(value, str | int | float):
        return str(value)[:_LONGEST_SHOWN]
    return f"<{type(value).__name__}>"
