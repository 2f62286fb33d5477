"""What a deployment is made of on paper, and the functions that decide about it. Knows no template."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

type Value = Any

_HASH: Final = "hashofnames00"
_ENVIRONMENT: Final = {
    "suffixes": {"storage": "core.windows.net"},
    "authentication": {"loginEndpoint": "https://login.microsoftonline.com/"},
}


class RenderError(Exception):
    """A template cannot be worked out; the text says where and why."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """One resource of a deployment."""

    type: str
    name: str
    id: str
    #: Where it belongs: its scope's id for extension resources, else empty.
    scope: str
    body: dict[str, Value]
    source: str


@dataclass(frozen=True)
class Reference:
    """A resource in an expression: what is not in its body is Azure's to say."""

    type: str
    name: str
    id: str
    body: Mapping[str, Value]
    #: The names from the outermost parent down.
    path: str


def of_resource(of: Reference, key: str) -> Value:
    """Return a member of a resource: its id and name are known, the rest is named."""
    if key in {"id", "name", "type"}:
        return getattr(of, key)
    short = f"{of.type.rpartition('/')[2]} {of.name}"
    return f"<{short}.{key}>"


def text_of(value: Value) -> str:
    """Return a value as Bicep puts it into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _union(*given: Value) -> Value:
    if isinstance(given[0], dict):
        return {key: value for each in given for key, value in each.items()}
    return list(dict.fromkeys(item for each in given for item in each))


def _subnet(prefix: str, size: int, number: int) -> str:
    return f"{prefix}[/{size} #{number}]"


COMPARE: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "??": lambda left, right: right if left is None else left,
}
FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "array": lambda value: value if isinstance(value, list) else [value],
    "cidrSubnet": _subnet,
    "concat": lambda *given: [item for each in given for item in each],
    "contains": lambda whole, part: part in whole,
    "empty": lambda value: not value,
    "environment": lambda: _ENVIRONMENT,
    "guid": lambda *given: f"guid({', '.join(re.sub('.*/', '', each) for each in given)})",
    "items": lambda value: [{"key": key, "value": value[key]} for key in sorted(value)],
    "join": lambda items, between: between.join(items),
    "length": len,
    "map": lambda items, change: [change(each) for each in items],
    "newGuid": lambda: "<new guid>",
    "replace": lambda text, old, new: text.replace(old, new),
    "split": lambda text, at: text.split(at),
    "string": text_of,
    "subscriptionResourceId": lambda kind, name: (
        f"/subscriptions/<subscription>/providers/{kind}/{name}"
    ),
    "take": lambda value, count: value[:count],
    "tenant": lambda: {"tenantId": "<tenant>"},
    "toLower": lambda text: text.lower(),
    "union": _union,
    "uniqueString": lambda *_: _HASH,
}
