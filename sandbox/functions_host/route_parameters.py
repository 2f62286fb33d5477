"""Parameters of route templates: what stands between the braces of `{id:int?}`.

Must not know where in a template the parameter stands.
"""

import re
from typing import Final, Self

import msgspec

from sandbox.functions_host.route_constraints import Check, constraint

_NAME: Final = re.compile(r"(\*{0,2})([^\s:?=*{}]+)")


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of a route template."""

    name: str
    #: The constraints as written, and what they check.
    constraints: tuple[str, ...]
    checks: tuple[Check, ...]
    #: `{*rest}`: takes what is left of the path, slashes included.
    rest: bool
    optional: bool
    default: str | None

    @classmethod
    def parse(cls, inner: str) -> Self:
        """Return the parameter written as `{inner}`.

        Raises:
            ValueError: it is none; the message says why.
        """
        match = _NAME.match(inner)
        if match is None:
            raise ValueError(f"{{{inner}}} has no name")
        constraints, end = _constraints(inner, match.end())
        tail = inner[end:]
        if tail and tail != "?" and not tail.startswith("="):
            raise ValueError(f"{{{inner}}}: cannot read {tail!r}")
        return cls(
            name=match[2],
            constraints=constraints,
            checks=tuple(constraint(text) for text in constraints),
            rest=bool(match[1]),
            optional=tail == "?",
            default=tail[1:] if tail.startswith("=") else None,
        )

    @property
    def may_lack(self) -> bool:
        """Whether a path without a value for it still matches."""
        return self.rest or self.optional or self.default is not None

    def accepts(self, value: str) -> bool:
        """Whether every constraint takes the value."""
        return all(check(value) for check in self.checks)

    def take_default(self, values: dict[str, str]) -> None:
        """Add the default to the route's values, when there is one."""
        if self.default is not None:
            values[self.name] = self.default


def _constraints(inner: str, position: int) -> tuple[tuple[str, ...], int]:
    # What stands in parentheses belongs to a constraint, whatever it is: a regular expression has
    # colons and question marks too.
    found: list[str] = []
    while inner[position : position + 1] == ":":
        end = _end_of_constraint(inner, position + 1)
        found.append(inner[position + 1 : end])
        position = end
    return tuple(found), position


def _end_of_constraint(inner: str, start: int) -> int:
    depth = 0
    for position in range(start, len(inner)):
        character = inner[position]
        depth += (character == "(") - (character == ")")
        if depth == 0 and character in ":?=":
            return position
    return len(inner)
