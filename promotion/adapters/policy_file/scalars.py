"""Single values of a policy file: what type is meant, and what to write instead. Knows no structure."""

import datetime as dt
import re
from collections.abc import Callable
from enum import EnumType
from typing import Any, Final, Literal, TypeAliasType, get_args, get_origin

import msgspec

from promotion.adapters.policy_file.problems import suggestion
from promotion.documents.nodes import Node
from promotion.documents.values import scalar
from promotion.domain.policy import Size
from promotion.domain.ready import ready

#: How people write durations, and what ISO 8601 makes of it.
_SPAN: Final = re.compile(
    r"\s*([0-9]{1,6})\s*(w|weeks?|d|days?|h|hours?|hrs?|m|min|minutes?|s|sec|seconds?)\s*",
    re.IGNORECASE,
)
_ISO: Final = {"w": "P{}W", "d": "P{}D", "h": "PT{}H", "m": "PT{}M", "s": "PT{}S"}
_YES: Final = frozenset({"yes", "on", "y"})
_NO: Final = frozenset({"no", "off", "n"})


class ScalarError(Exception):
    """A value that is not of its type: what is wrong, and what to write."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def convert(node: Node, wanted: Any) -> Any:  # noqa: ANN401 -- types in, values out
    """Return a scalar node's value as the wanted type.

    Raises:
        ScalarError: it is not of that type.
    """
    value = scalar(node)
    try:
        return msgspec.convert(value, ready(wanted))
    except msgspec.ValidationError as error:
        raise _explained(value, node.text, wanted, str(error)) from error


def _explained(value: object, text: str, wanted: Any, message: str) -> ScalarError:  # noqa: ANN401 -- a type
    names = choices_of(wanted)
    if names:
        return ScalarError(f"{text!r} is none of its values", suggestion(text, names))
    parts = _parts(wanted)
    if Size in parts:
        return ScalarError(f"{text[:40]!r} is no size", "Write bytes, or 10 GiB.")
    for kind, explain in _EXPLAINED.items():
        if kind in parts:
            return explain(value, text, message)
    return ScalarError(_tidy(message, text))


def choices_of(wanted: Any) -> list[str]:  # noqa: ANN401 -- a type
    """Return the values of a literal or an enumeration as text; empty for other types."""
    if isinstance(wanted, EnumType):
        return [str(member.value) for member in wanted]  # type: ignore[var-annotated] # an enum's members
    if get_origin(wanted) is Literal:
        return [str(each) for each in get_args(wanted)]
    return []


def _duration(value: object, text: str, message: str) -> ScalarError:
    del value, message
    remedy = "Write it as ISO 8601 does: P7D is seven days, PT30M thirty minutes."
    if found := _SPAN.fullmatch(text):
        remedy = f"Write {_ISO[found[2][0].lower()].format(int(found[1]))}."
    return ScalarError(f"{text[:40]!r} is not a duration", remedy)


def _text(value: object, text: str, message: str) -> ScalarError:
    if isinstance(value, str):
        return ScalarError(_tidy(message, text))
    kinds = {type(None): "nothing", bool: "a truth value", int: "a number", float: "a number"}
    return ScalarError(
        f"text is wanted, this is {kinds.get(type(value), 'something else')}",
        f"Write it in quotes: {text!r}." if text else 'Write a text, or "" for an empty one.',
    )


def _truth(value: object, text: str, message: str) -> ScalarError:
    del value, message
    word = "true" if text.lower() in _YES else "false" if text.lower() in _NO else ""
    return ScalarError(
        f"true or false is wanted, this is {text[:40]!r}",
        f"Write {word}." if word else "Write true or false.",
    )


def _number(value: object, text: str, message: str) -> ScalarError:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ScalarError(_tidy(message, text))
    return ScalarError(f"a number is wanted, this is {text[:40]!r}")


def _tidy(message: str, text: str) -> str:
    # msgspec: "Expected `int` >= 1", "Expected `str` of length <= 64".
    found = re.fullmatch(r"Expected `(\w+)` (>=|<=|>|<|of length >=|of length <=) (\S+)", message)
    if found is None:
        return f"{text[:40]!r} does not fit: {message[:1].lower()}{message[1:]}"
    words = {">=": "at least", "<=": "at most", ">": "above", "<": "below"}
    bound = words[found[2].removeprefix("of length ")]
    what = "have a length of" if found[2].startswith("of length") else "be"
    return f"{text[:40]!r} must {what} {bound} {found[3]}"


def _parts(wanted: Any) -> list[Any]:  # noqa: ANN401 -- a type
    # The type itself and everything it is made of: aliases, members of unions, what is annotated.
    if isinstance(wanted, TypeAliasType):
        return [wanted, *_parts(wanted.__value__)]
    inner = [each for each in get_args(wanted) if not isinstance(each, msgspec.Meta)]
    return [wanted, *(deeper for each in inner for deeper in _parts(each))]


_EXPLAINED: Final[dict[type, Callable[[object, str, str], ScalarError]]] = {
    dt.timedelta: _duration,
    str: _text,
    bool: _truth,
    int: _number,
    float: _number,
}
