"""Every command in README and docs exists, with the options it is shown with; every command of ours is told."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from typer.testing import CliRunner

from promotion.cli import app
from tests.conftest import ROOT

PAGES: Final = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)
#: As they stand in the docs; they need neither an app nor a sign-in.
OFFLINE: Final = ("policy check", "policy schema", "completion bash", "completion zsh")
_FENCE: Final = re.compile(r"^```(?!mermaid)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_OURS: Final = re.compile(
    r"(?:python -m promotion|^promotion|(?<=`)promotion) +(?P<words>[a-z][^`|;#\n)]*)"
)


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 -- typer's commands
    """Yield every command with its name as it is typed."""
    for name, child in getattr(command, "commands", {}).items():
        yield from leaves(child, (*path, name))
    if not hasattr(command, "commands"):
        yield " ".join(path), command


COMMANDS: Final = dict(leaves(typer.main.get_command(app)))


def shown() -> Iterator[tuple[str, str]]:
    """Yield every use of the command line in the docs: the page, and the words behind `promotion`."""
    for page in PAGES:
        text = page.read_text()
        blocks = [found.replace("\\\n", " ") for found in _FENCE.findall(text)]
        inline = re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))
        for piece in (*(line for block in blocks for line in block.splitlines()), *inline):
            for found in re.finditer(_OURS, piece):
                yield page.name, found["words"].strip()


def resolved(words: list[str]) -> tuple[Any, list[str]]:
    """Return the command that words begin with, and the rest; nothing for none."""
    for length in (2, 1):
        if found := COMMANDS.get(" ".join(words[:length])):
            return found, words[length:]
    return None, words


def test_every_command_that_the_docs_show_exists_with_its_options() -> None:
    wrong, seen = [], 0
    groups = {name.partition(" ")[0] for name in COMMANDS}
    for page, text in shown():
        words = shlex.split(text.replace("[", "").replace("]", "").replace("...", "x"))
        command, rest = resolved(words)
        if command is None:
            # A whole group, as in `promotion requests`, or alternatives, as in `promotion audit export|verify`.
            if words[0] not in groups or (len(words) > 1 and "|" not in words[1]):
                wrong.append(f"{page}: promotion {text}")
            continue
        seen += 1
        known = {option for each in command.params for option in each.opts}
        known |= {option for each in command.params for option in each.secondary_opts}
        wrong += [
            f"{page}: promotion {text}: {word}"
            for word in rest
            if word.startswith("-") and word.partition("=")[0] not in known | {"--help"}
        ]

    assert wrong == []
    assert seen > 20


def test_every_command_is_told_in_the_page_of_commands() -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    table = page.partition("## Against a running app")[0]

    untold = []
    for name in COMMANDS:
        group, _, verb = name.partition(" ")
        rows = [row for row in table.splitlines() if f"`{group}" in row]
        if not any(f"`{verb or group}`" in row or f"`{name}`" in row for row in rows):
            untold.append(name)

    assert untold == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_says_what_it_does(name: str) -> None:
    done = CliRunner().invoke(app, [*name.split(), "--help"])

    assert done.exit_code == 0, done.output
    assert "Usage:" in done.output


@pytest.mark.parametrize("command", OFFLINE)
def test_what_needs_no_app_runs_as_it_is_shown(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "promotion", *command.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_every_target_and_module_that_the_docs_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    absent = []
    for page in PAGES:
        pieces = re.findall(r"`([^`\n]+)`", page.read_text())
        pieces += [
            line for block in _FENCE.findall(page.read_text()) for line in block.splitlines()
        ]
        for piece in pieces:
            absent += [
                f"{page.name}: {piece}"
                for target in re.findall(r"^(?:\$ )?make ([a-z-]+)", piece)
                if target not in targets
            ]
            absent += [
                f"{page.name}: {piece}"
                for module in re.findall(r"python -m ((?:sandbox|tests|tools|bench)[.\w]*)", piece)
                if find_spec(module) is None
            ]

    assert absent == []


def test_every_script_that_the_docs_name_is_there() -> None:
    named = {
        (page.name, path)
        for page in PAGES
        for path in re.findall(
            r"`((?:infra|tools|tests|docs|samples)/[\w./-]+\.\w+)`", page.read_text()
        )
    }

    missing = [f"{page}: {path}" for page, path in sorted(named) if not Path(ROOT / path).exists()]

    assert missing == []
