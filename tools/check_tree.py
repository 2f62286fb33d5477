"""Checks what must not be in the repository: index addresses, paths of one machine, big files.

`python tools/check_tree.py [FOLDER]` prints each finding as `file:line: what`; exit code 0 when
there is none, 1 otherwise. Whoever installs decides where packages come from (a mirror, a wheel
folder), so no file may name an index; a path of someone's machine works nowhere else.
"""

import fnmatch
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LARGEST: Final = 1024 * 1024

#: Files that installers read. Others may speak of indexes: the scanner's tests must.
_INSTALLERS: Final = (
    *("requirements*.txt", "requirements*.in", "pyproject.toml", "uv.toml", "uv.lock"),
    *("pip.conf", "*.npmrc", "package.json", "Makefile", "*.sh", "Dockerfile*"),
    *("conda.y*ml", "python_env.y*ml", ".ci/*", ".github/*", ".pre-commit-config.yaml"),
)
_INDEX: Final = re.compile(
    r"--(?:extra-)?index-url[ =]+\S|--find-links[ =]+\S|--trusted-host|(?:^|\W)-i +https?:"
    r"|\b(?:extra-)?index-url\s*=|\bregistry\s*=\s*\S|PIP_(?:EXTRA_)?INDEX_URL=|UV_\w*INDEX\w*="
    r"|/simple/?(?=[\s\"']|$)|registry\.npmjs\.org|files\.pythonhosted\.org",
)
_MACHINE: Final = re.compile(
    r"(?<![\w.])/home/(?!site/|vsts/)[a-z][\w.-]*/|(?<![\w.])/Users/[a-zA-Z][\w.-]*/"
    r"|(?<![\w.])/(?:root)/|\b[A-Z]:\\+Users\\",
)


def main(folder: Path) -> int:
    """Print what must not be in the work tree `folder`; return the exit code."""
    findings = [found for path in files(folder) for found in check(folder, path)]
    for line in findings:
        print(line, file=sys.stderr)
    return 1 if findings else 0


def files(folder: Path) -> list[Path]:
    """Return the paths of a git work tree's files, those not yet added too, ignored ones not."""
    command = ["git", "ls-files", "-z", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    paths = (Path(name) for name in sorted(listed.stdout.split("\0")) if name)
    return [path for path in paths if (folder / path).is_file()]


def check(folder: Path, path: Path) -> Iterator[str]:
    """Yield what is wrong with one file, `path` below `folder`."""
    content = (folder / path).read_bytes()
    if len(content) > _LARGEST:
        yield f"{path}: {len(content):,} bytes; more than {_LARGEST:,} do not belong into git"
    if path.name == "package-lock.json":
        yield from (f"{path}: {package}: an address to download from" for package in _sent(content))
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return
    yield from _lines(folder, path, text)


def _lines(folder: Path, path: Path, text: str) -> Iterator[str]:
    here = re.compile(re.escape(str(folder.resolve())) + "/")
    installer = any(fnmatch.fnmatch(str(path), f"*{pattern}") for pattern in _INSTALLERS)
    for number, line in enumerate(text.splitlines(), 1):
        if _MACHINE.search(line) or here.search(line):
            yield f"{path}:{number}: a path of one machine"
        if installer and _INDEX.search(line):
            yield f"{path}:{number}: an index address"


def _sent(content: bytes) -> list[str]:
    packages = json.loads(content).get("packages", {})
    return [name for name, package in packages.items() if "resolved" in package]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
