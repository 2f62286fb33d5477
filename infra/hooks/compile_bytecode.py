"""Compiles the app's code for the package: the deployed files are read-only, so that nobody else keeps it.

The bytecode carries its source's hash, not its time, which packing does not keep; it is looked up each time
(milliseconds), so that an edited file is never shadowed by an old compilation. Needs the Python of
`.python-version`; with another one it says so and compiles nothing, as Azure could not use it.
"""

import compileall
import py_compile
import sys
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parent.parent.parent


def compile_all() -> int:
    """Compile what is deployed; return the exit code."""
    wanted = (_ROOT / ".python-version").read_text().strip()
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if here != wanted:
        print(
            f"bytecode: skipped, this is Python {here} and Azure runs {wanted}; starts are slower"
        )
        return 0
    mode = py_compile.PycInvalidationMode.CHECKED_HASH
    done = [
        compileall.compile_file(
            _ROOT / "function_app.py", quiet=1, invalidation_mode=mode, force=True
        ),
        compileall.compile_dir(_ROOT / "promotion", quiet=1, invalidation_mode=mode, force=True),
    ]
    print("bytecode: compiled" if all(done) else "bytecode: some files do not compile")
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(compile_all())
