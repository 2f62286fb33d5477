"""Route constraints, as `{id:int}` or `{name:length(1,8)}`: which values a parameter takes.

The names and meanings are those of ASP.NET Core's routing, which the Functions host uses. Must not
know templates or requests.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Final

Check = Callable[[str], bool]

_INT32: Final = range(-(2**31), 2**31)
_INT64: Final = range(-(2**63), 2**63)
_INTEGER: Final = re.compile(r"[+-]?\d{1,20}", re.ASCII)
_CALL: Final = re.compile(r"(?P<name>\w+)(?:\((?P<arguments>.*)\))?", re.DOTALL)


def constraint(text: str) -> Check:
    """Return the check of one constraint.

    Raises:
        ValueError: no such constraint, or its arguments are wrong.
    """
    match = _CALL.fullmatch(text)
    name = match["name"].lower() if match else ""
    arguments = match["arguments"] if match else None
    if arguments is None and name in _PLAIN:
        return _PLAIN[name]
    if arguments is not None and name in _WITH_ARGUMENTS:
        return _with_arguments(name, arguments)
    known = [*_PLAIN, *(f"{name}()" for name in _WITH_ARGUMENTS)]
    raise ValueError(f"no route constraint {text!r}; there are {', '.join(known)}")


def _with_arguments(name: str, arguments: str) -> Check:
    try:
        return _WITH_ARGUMENTS[name](arguments)
    except (ValueError, TypeError, re.error) as error:
        raise ValueError(f"route constraint {name}({arguments}): {error}") from error


def _integer(numbers: range) -> Check:
    return lambda value: bool(_INTEGER.fullmatch(value)) and int(value) in numbers


def _parses(parse: Callable[[str], object]) -> Check:
    def check(value: str) -> bool:
        try:
            parse(value)
        except (ValueError, ArithmeticError):
            return False
        return True

    return check


def _length(arguments: str) -> Check:
    bounds = [int(argument) for argument in arguments.split(",")]
    low, high = (bounds[0], bounds[0]) if len(bounds) == 1 else _pair(bounds)
    return lambda value: low <= len(value) <= high


def _min_length(arguments: str) -> Check:
    low = int(arguments)
    return lambda value: len(value) >= low


def _max_length(arguments: str) -> Check:
    high = int(arguments)
    return lambda value: len(value) <= high


def _min(arguments: str) -> Check:
    return _integer(range(int(arguments), _INT64.stop))


def _max(arguments: str) -> Check:
    return _integer(range(_INT64.start, int(arguments) + 1))


def _range(arguments: str) -> Check:
    low, high = _pair([int(argument) for argument in arguments.split(",")])
    return _integer(range(low, high + 1))


def _regex(arguments: str) -> Check:
    # In a template braces are doubled: {{2}} is {2}.
    pattern = re.compile(arguments.replace("{{", "{").replace("}}", "}"), re.IGNORECASE)
    return lambda value: pattern.search(value) is not None


def _pair(bounds: list[int]) -> tuple[int, int]:
    low, high = bounds
    if low > high:
        raise ValueError(f"{low} is more than {high}")
    return low, high


_PLAIN: Final[dict[str, Check]] = {
    "int": _integer(_INT32),
    "long": _integer(_INT64),
    "bool": lambda value: value.lower() in {"true", "false"},
    "guid": _parses(uuid.UUID),
    "datetime": _parses(dt.datetime.fromisoformat),
    "decimal": _parses(Decimal),
    "double": _parses(float),
    "float": _parses(float),
    "alpha": lambda value: bool(re.fullmatch(r"[a-zA-Z]*", value)),
    "required": bool,
}
_WITH_ARGUMENTS: Final[dict[str, Callable[[str], Check]]] = {
    "length": _length,
    "minlength": _min_length,
    "maxlength": _max_length,
    "min": _min,
    "max": _max,
    "range": _range,
    "regex": _regex,
}
