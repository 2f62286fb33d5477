"""Route templates of HTTP triggers: parsing, matching, and which of two goes first.

The templates are those of ASP.NET Core, which the Functions host uses: `a/{id}`, `{id:int}`,
`{id?}`, `{id=7}`, `{*rest}`, `{name}.{ext}`. Literals compare without case. Must not know methods
or functions.
"""

import re
from typing import Final, Self

import msgspec

from sandbox.functions_host.route_parameters import Parameter

#: Precedence of a segment: the smaller goes first (RoutePrecedence.ComputeInbound).
_LITERAL, _CONSTRAINED, _FREE, _CONSTRAINED_REST, _REST = range(1, 6)

_VALUE: Final = "(.+?)"


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a template between slashes: literals, parameters, or both."""

    pattern: re.Pattern[str]
    parameters: tuple[Parameter, ...]
    precedence: int

    @property
    def rest(self) -> bool:
        """Whether it takes all that is left of a path."""
        return any(parameter.rest for parameter in self.parameters)

    @property
    def may_lack(self) -> bool:
        """Whether a path that ends before it still matches."""
        return len(self.parameters) == 1 and self.parameters[0].may_lack

    @property
    def shape(self) -> str:
        """The same for two segments that take the same values."""
        constraints = [parameter.constraints for parameter in self.parameters]
        return f"{self.precedence}{self.pattern.pattern.lower()}{constraints}"

    def take(self, value: str, values: dict[str, str]) -> bool:
        """Whether it takes `value`; then the parameters' values are added to `values`."""
        match = self.pattern.fullmatch(value)
        if match is None:
            return False
        found = list(zip(self.parameters, match.groups(), strict=True))
        values.update({parameter.name: text for parameter, text in found})
        return all(parameter.accepts(text) for parameter, text in found)


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A route template."""

    text: str
    segments: tuple[Segment, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the parsed template.

        Raises:
            ValueError: it is not one; the message says why.
        """
        try:
            segments = tuple(_segment(part) for part in _split(text.strip("/")))
            _refuse_misplaced(segments)
        except ValueError as error:
            raise ValueError(f"route {text!r}: {error}") from error
        return cls(text=text, segments=segments)

    @property
    def precedence(self) -> tuple[int, ...]:
        """Sorts templates: of two that match a path, the smaller is meant."""
        return tuple(segment.precedence for segment in self.segments)

    @property
    def shape(self) -> str:
        """The same for two templates that match the same paths."""
        return "/".join(segment.shape for segment in self.segments)

    def match(self, path: list[str]) -> dict[str, str] | None:
        """Return the parameters' values for the decoded parts of a path; None when it is not it."""
        values: dict[str, str] = {}
        for position, segment in enumerate(self.segments):
            value = "/".join(path[position:]) if segment.rest else "".join(path[position:][:1])
            if not value and segment.may_lack:
                segment.parameters[0].take_default(values)
            elif not value or not segment.take(value, values):
                return None
        takes_all = any(segment.rest for segment in self.segments)
        return values if takes_all or len(path) <= len(self.segments) else None


def _split(text: str) -> list[str]:
    # A slash inside braces belongs to a regular expression.
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if character == "/" and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    if depth:
        raise ValueError("the braces do not match")
    return [*parts, text[start:]] if text else []


def _segment(part: str) -> Segment:
    pattern, parameters, position = "", [], 0
    while position < len(part):
        end = _closing(part, position)
        if end is None and part[position] in "{}?*":
            raise ValueError(f"{part[position]!r} stands outside of a parameter")
        if end is None:
            pattern += re.escape(part[position])
            position += 1
        else:
            parameters.append(Parameter.parse(part[position + 1 : end]))
            pattern += _VALUE
            position = end + 1
    if not part:
        raise ValueError("a segment is empty")
    return Segment(
        pattern=re.compile(pattern, re.IGNORECASE | re.DOTALL),
        parameters=tuple(parameters),
        precedence=_precedence(parameters, simple=pattern == _VALUE),
    )


def _closing(part: str, start: int) -> int | None:
    """Return where the brace that opens at `start` closes; None when none opens there."""
    if part[start] != "{":
        return None
    depth = 0
    for position in range(start, len(part)):
        depth += (part[position] == "{") - (part[position] == "}")
        if depth == 0:
            return position
    return None


def _precedence(parameters: list[Parameter], *, simple: bool) -> int:
    if not parameters:
        return _LITERAL
    if not simple:
        return _CONSTRAINED
    constrained = bool(parameters[0].checks)
    if parameters[0].rest:
        return _CONSTRAINED_REST if constrained else _REST
    return _CONSTRAINED if constrained else _FREE


def _refuse_misplaced(segments: tuple[Segment, ...]) -> None:
    names = [parameter.name.lower() for segment in segments for parameter in segment.parameters]
    if len(set(names)) < len(names):
        raise ValueError("two parameters have the same name")
    for position, segment in enumerate(segments):
        later = segments[position + 1 :]
        if segment.rest and (later or len(segment.parameters) > 1):
            raise ValueError("a catch-all parameter must be the last segment")
        optional = any(parameter.optional for parameter in segment.parameters)
        if optional and not all(other.may_lack for other in later):
            raise ValueError("an optional parameter must be at the end")
