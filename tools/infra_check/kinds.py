"""What an expression can be: the little of a type system that finds misspelt members and wrong kinds."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tools.infra_check.schemas import Schema

_PLAIN: Final = {"string", "int", "bool", "object", "array", "any", "null"}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of value; what is not known about it is None and never held against anybody."""

    name: str
    #: The members of an object whose members are all known.
    members: "dict[str, Kind] | None" = None
    #: The kind of an array's items.
    item: "Kind | None" = None

    def member(self, name: str) -> "Kind | None":
        """Return a member's kind; None when there is no such member."""
        if self.name in {"any", "null"} or (self.name == "object" and self.members is None):
            return ANY
        return (self.members or {}).get(name)

    def fits(self, accepted: set[str]) -> bool:
        """Return whether a value of this kind may stand where those kinds are accepted."""
        return self.name in {"any", "null"} or "any" in accepted or self.name in accepted


ANY: Final = Kind(name="any")
STRING: Final = Kind(name="string")
INT: Final = Kind(name="int")
BOOL: Final = Kind(name="bool")
NULL: Final = Kind(name="null")
OBJECT: Final = Kind(name="object")
ARRAY: Final = Kind(name="array")


def is_declared(kind: str) -> bool:
    """Return whether a parameter or output may be declared so."""
    return kind.rstrip("?") in _PLAIN - {"any", "null"}


def of_declared(kind: str) -> Kind:
    """Return the kind of a declared type; a type this knows nothing of is anything."""
    plain = kind.rstrip("?")
    return Kind(name=plain) if plain in _PLAIN else ANY


def common(kinds: list[Kind]) -> Kind:
    """Return what all of some kinds are: a member has to be in each of them."""
    known = [each for each in kinds if each.name != "null"]
    if not known or len({each.name for each in known}) > 1:
        return ANY
    first = known[0]
    if first.name == "object":
        if any(each.members is None for each in known):
            return OBJECT
        shared = set.intersection(*(set(each.members or {}) for each in known))
        members = {name: common([(each.members or {})[name] for each in known]) for name in shared}
        return Kind(name="object", members=members)
    if first.name == "array":
        items = [each.item for each in known]
        if any(each is None for each in items):
            return ARRAY
        return Kind(name="array", item=common([each for each in items if each]))
    return first


@lru_cache(maxsize=4096)
def of_schema(schema: Schema, text: str, depth: int = 6) -> Kind:
    """Return the kind of a schema's type, written as `azmcp` writes it: `A[]`, `x | y | string`."""
    options = text.split(" | ")
    if len(options) > 1:
        return _of_options(schema, options, depth)
    if text.endswith("[]"):
        return Kind(name="array", item=of_schema(schema, text[:-2], depth))
    if text in _PLAIN:
        return Kind(name=text)
    found = schema.definitions.get(text)
    if found is None:
        return STRING  # a literal: azmcp writes it without quotes
    return of_definition(schema, found, depth)


def of_definition(schema: Schema, definition: dict[str, Any], depth: int = 6) -> Kind:
    """Return the kind of an object's definition, as deep as `depth`: definitions refer to themselves."""
    if depth == 0 or definition.get("additionalPropertiesType") or "discriminator" in definition:
        return OBJECT
    members = {
        each["name"]: of_schema(schema, each["type"], depth - 1)
        for each in definition.get("properties", [])
    }
    return Kind(name="object", members=members)


def _of_options(schema: Schema, options: list[str], depth: int) -> Kind:
    kinds = {of_schema(schema, each, depth).name for each in options}
    return Kind(name=kinds.pop()) if len(kinds) == 1 else ANY
