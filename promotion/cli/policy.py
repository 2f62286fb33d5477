"""`promotion policy`: look at a policy file before it is deployed."""

import os
from pathlib import Path
from typing import Annotated

import typer

from promotion.adapters.policy_file import Checked, UnreadableError, check_file, policy_schema
from promotion.cli.output import FOUND, NOT_RUN, complain, say, say_json
from promotion.domain.policy import Target

app = typer.Typer(help="Check a policy file; print its JSON Schema.", no_args_is_help=True)

_FILE = typer.Argument(
    help="The policy; PROMOTION_POLICY_FILE or policy.yaml when left out.",
    show_default=False,
)


@app.command()
def check(
    file: Annotated[Path | None, _FILE] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """Name every problem of a policy with its line. Exit code 0: valid, 1: problems, 2: unreadable."""
    path = file or Path(os.environ.get("PROMOTION_POLICY_FILE") or "policy.yaml")
    try:
        checked = check_file(path)
    except UnreadableError as error:
        complain(f"{path} cannot be read: {error}.")
        raise typer.Exit(NOT_RUN) from error
    if as_json:
        say_json({"valid": checked.policy is not None, "problems": checked.problems})
    else:
        _tell(path, checked)
    if checked.policy is None:
        raise typer.Exit(FOUND)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the policy, for editors."""
    say_json(policy_schema())


def _tell(path: Path, checked: Checked) -> None:
    for problem in checked.problems:
        say(problem.told(str(path)))
    if checked.policy is None:
        complain(f"{path}: {_count(len(checked.problems), 'problem')}")
        return
    routes = checked.policy.routes
    for name, route in routes.items():
        source = route.source.registry or route.source.workspace
        say(
            f"  {name}: {source} -> {_where(route.target)}, "
            f"{_count(len(route.checks), 'check')}, {_count(len(route.stages), 'stage')}"
        )
    say(f"{path}: valid, {checked.policy.hash}", "green")


def _count(number: int, of: str) -> str:
    return f"{number} {of}" if number == 1 else f"{number} {of}s"


def _where(target: Target) -> str:
    named = f" as {target.name}" if target.name else ""
    numbered = f" (version: {target.version})" if target.version != "same" else ""
    return f"{target.registry}{named}{numbered}"
