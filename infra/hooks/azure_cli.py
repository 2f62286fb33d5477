"""Calls `az` and `azd` for the hooks. Python's own library alone: a hook runs before anything is installed."""

import json
import os
import shutil
import subprocess
import sys
from typing import Any


class HookError(Exception):
    """The hook cannot go on; the text says what to do."""


def setting(name: str) -> str:
    """Return a value of the azd environment.

    Raises:
        HookError: it is not set.
    """
    value = os.environ.get(name, "")
    if not value:
        raise HookError(f"{name} is not set: run this through azd (azd provision, azd deploy).")
    return value


def az(*arguments: str) -> Any:  # noqa: ANN401 -- whatever az answers
    """Return what `az` answers, decoded; None when it answers nothing.

    Raises:
        HookError: az is missing or failed; its own words are in the text.
    """
    answer = _run("az", *arguments, "--output", "json")
    return json.loads(answer) if answer.strip() else None


def remember(name: str, value: str) -> None:
    """Keep a value in the azd environment.

    Raises:
        HookError: azd is missing or failed.
    """
    _run("azd", "env", "set", name, value)


def main(work: Any) -> int:  # noqa: ANN401 -- a function without arguments
    """Do the work; say what is wrong in one line where it fails."""
    try:
        work()
    except HookError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _run(program: str, *arguments: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise HookError(f"{program} is missing: install it, sign in, then run this again.")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise HookError(f"{program} {arguments[0]} failed: {done.stderr.strip()[-1000:]}")
    return done.stdout
