"""`python -m tools.infra_check`: check the templates, or list what they deploy.

`check` prints each finding as `file:line:column: text`; exit code 0 when there is none, 1 otherwise, 2 when
Azure's schemas cannot be read. `list [NAME ...]` prints the reviewed deployments; `--update` writes them to
`tests/golden/infra` instead.
"""

import argparse
import sys
import time
from pathlib import Path

from tools.infra_check.checking import GOLDEN, SCHEMAS, findings
from tools.infra_check.combinations import COMBINATIONS, deployment
from tools.infra_check.listing import listing
from tools.infra_check.paper import RenderError
from tools.infra_check.project import Project
from tools.infra_check.schemas import SchemaError

_ROOT = Path(__file__).parent.parent.parent


def main(arguments: list[str]) -> int:
    """Do what the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="infra_check", description="Check infra/ without Azure.")
    parser.add_argument("command", choices=["check", "list"], nargs="?", default="check")
    parser.add_argument("names", nargs="*", choices=[[], *COMBINATIONS], help="deployments to list")
    parser.add_argument("--update", action="store_true", help="write the golden files")
    options = parser.parse_args(arguments)
    try:
        if options.command == "list":
            return _list(options.names or list(COMBINATIONS), update=options.update)
        return _check()
    except (SchemaError, RenderError) as error:
        print(f"infra-check: {error}", file=sys.stderr)
        return 2


def _check() -> int:
    begun = time.monotonic()
    found = findings(_ROOT, _ROOT / SCHEMAS)
    for each in found:
        print(each, file=sys.stderr)
    project = Project(_ROOT, _ROOT / SCHEMAS)
    print(
        f"infra-check: {len(project.templates)} templates, {len(project.schemas)} resource types, "
        f"{len(COMBINATIONS)} deployments, {len(found)} findings, {time.monotonic() - begun:.1f} s"
    )
    return 1 if found else 0


def _list(names: list[str], *, update: bool) -> int:
    project = Project(_ROOT, _ROOT / SCHEMAS)
    for name in names:
        text = listing(name, deployment(project, name))
        if update:
            golden = _ROOT / GOLDEN / f"{name}.txt"
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(text)
            print(f"{golden.relative_to(_ROOT)}: {len(text.splitlines())} lines")
        else:
            print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
