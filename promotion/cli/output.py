"""How commands speak: plain lines for people and programs, JSON when asked. Knows no command."""

from typing import Any, Final

import msgspec
from rich.console import Console

#: Exit codes.
FINE: Final = 0
FOUND: Final = 1
NOT_RUN: Final = 2


def say(text: str, style: str = "") -> None:
    """Print a line to the standard output; nothing in the text is taken for markup."""
    _console().print(text, style=style or None, markup=False, highlight=False, soft_wrap=True)


def complain(text: str) -> None:
    """Print a line to the standard error."""
    console = _console(stderr=True)
    console.print(text, style="red", markup=False, highlight=False, soft_wrap=True)


def say_json(value: Any) -> None:  # noqa: ANN401 -- whatever msgspec encodes
    """Print a value as indented JSON."""
    encoded = msgspec.json.format(msgspec.json.encode(value), indent=2)
    _console().print(encoded.decode(), markup=False, highlight=False, soft_wrap=True)


def _console(*, stderr: bool = False) -> Console:
    # Made when used: what the output is (a terminal, a pipe, a test's buffer) is known only then.
    return Console(stderr=stderr)
