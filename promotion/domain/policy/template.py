"""Templates of names: plain text with a few variables. Never a regular expression. Pure.

A template is matched by filling in everything that is known (environment, version, registry) and
comparing what stands before and after `{model}`, the one part that is free. So no template and no name
can make matching slow, and nothing in either is special but braces.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

VARIABLES: Final = ("environment", "model", "version", "registry")

#: What Azure ML takes in names, and what cannot be mistaken for anything else.
_PLAIN: Final = re.compile(r"[A-Za-z0-9._-]*", re.ASCII)
_PART: Final = re.compile(r"\{(?P<variable>[^{}]*)\}|(?P<text>[^{}]+)|(?P<stray>.)", re.DOTALL)


class TemplateError(ValueError):
    """A template that cannot be understood; the text says why and what to write instead."""


class Part(msgspec.Struct, frozen=True):
    """A piece of a template: plain text, or a variable."""

    text: str
    variable: bool


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the name that a template should produce."""

    environments: tuple[str, ...]
    version: str
    registry: str


def parse(template: str) -> tuple[Part, ...]:
    """Return the pieces of a template.

    Raises:
        TemplateError: an unknown or doubled variable, a stray brace, characters that names cannot have.
    """
    parts = [_part(found) for found in _PART.finditer(template)]
    names = [part.text for part in parts if part.variable]
    if not names:
        raise TemplateError(f"it has no variable; use {_listed()}")
    for name in names:
        if names.count(name) > 1:
            raise TemplateError(f"{{{name}}} stands in it twice; use it once")
    return tuple(parts)


def match(parts: tuple[Part, ...], known: Known, name: str) -> dict[str, str] | None:
    """Return the value of each variable, or nothing when the name does not follow the template."""
    for values in _readings(parts, known):
        before, after = _around(parts, values)
        free = name.removeprefix(before).removesuffix(after)
        if name == before + free + after and bool(free) == uses(parts, "model"):
            used = {part.text for part in parts if part.variable}
            return {key: value for key, value in {**values, "model": free}.items() if key in used}
    return None


def example(parts: tuple[Part, ...], known: Known, model: str) -> str:
    """Return a name that follows the template."""
    values = {
        "environment": known.environments[0] if known.environments else "environment",
        "version": known.version,
        "registry": known.registry,
        "model": model,
    }
    return fill(parts, values)


def fill(parts: tuple[Part, ...], values: Mapping[str, str]) -> str:
    """Return the text of a template with a value for each of its variables."""
    return "".join(values[part.text] if part.variable else part.text for part in parts)


def uses(parts: tuple[Part, ...], variable: str) -> bool:
    """Whether the template has the variable in it."""
    return any(part.variable and part.text == variable for part in parts)


def _readings(parts: tuple[Part, ...], known: Known) -> Iterator[dict[str, str]]:
    # One for each environment, where the template uses it.
    values = {"version": known.version, "registry": known.registry}
    if not uses(parts, "environment"):
        yield values
        return
    for environment in known.environments:
        yield {**values, "environment": environment}


def _part(found: re.Match[str]) -> Part:
    variable = found.lastgroup == "variable"
    said: str = found["variable"] if variable else found[0]
    if found["stray"]:
        raise TemplateError(f"{said!r} stands alone in it; write {{model}}, for example")
    if variable and said not in VARIABLES:
        near = difflib.get_close_matches(said, VARIABLES)
        hint = f"did you mean {{{near[0]}}}?" if near else f"use {_listed()}"
        raise TemplateError(f"{{{said}}} is no variable; {hint}")
    if not _PLAIN.fullmatch(said):
        raise TemplateError(f"{said!r} holds what names cannot have; use letters, digits, . _ -")
    return Part(said, variable)


def _around(parts: tuple[Part, ...], values: dict[str, str]) -> tuple[str, str]:
    sides = ["", ""]
    side = 0
    for part in parts:
        if part.variable and part.text == "model":
            side = 1
        else:
            sides[side] += values[part.text] if part.variable else part.text
    return sides[0], sides[1]


def _listed() -> str:
    return ", ".join(f"{{{name}}}" for name in VARIABLES)
