"""Runs one function in a fresh process and brings its answer back. Knows no figure.

`call("bench.copying:ours", ...)` starts `python -m bench.child`, which prints the answer as its last
line; what the function prints itself is thrown away, what it raises comes back with its trace.
"""

import contextlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
_TIMEOUT: Final = 1800
_TOLD: Final = 4000


class ChildError(Exception):
    """The function failed in its process; the text holds the end of what it said."""


def call(function: str, *, environment: dict[str, str] | None = None, **arguments: Any) -> Any:  # noqa: ANN401 -- any JSON
    """Return what `module:function` answers to these arguments (JSON values) in a process of its own.

    Raises:
        ChildError: it failed, or took longer than half an hour.
    """
    command = [sys.executable, "-m", "bench.child", function, json.dumps(arguments)]
    try:
        done = subprocess.run(  # noqa: S603 -- this program itself
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ChildError(f"{function} took longer than {_TIMEOUT} s.") from error
    if done.returncode:
        raise ChildError(f"{function} failed:\n{done.stderr[-_TOLD:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    """Run the function that the command line names; print its answer."""
    name, arguments = sys.argv[1:]
    module, _, function = name.partition(":")
    with contextlib.redirect_stdout(sys.stderr):
        answer = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
