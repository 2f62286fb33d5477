"""`promotion rollback`, `restore`, `retention`: what becomes of versions that have arrived, over a running app.

Exit codes: 0 done (an order waits, or is carried out), 1 the app refused, or retention has something to
archive or could not be judged, 2 could not run.
"""

from typing import Annotated, Any

import typer

from promotion.cli.client import App, decoded, pages
from promotion.cli.output import FOUND, complain, say, say_json
from promotion.cli.plainly import line
from promotion.cli.reaching import reaches_app
from promotion.cli.tables import moment, show_list, show_one
from promotion.web import order_shapes, shapes

retention = typer.Typer(
    help="See and apply which old versions a registry archives.", no_args_is_help=True
)

_VERSION = Annotated[
    str,
    typer.Argument(
        metavar="VERSION",
        help="azureml://registries/{registry}/models/{name}/versions/{version}, or the id of the request "
        "that brought it.",
        show_default=False,
    ),
]
_REASON = Annotated[
    str, typer.Option("--reason", "-m", help="Why, for those who use it.", show_default=False)
]
_TO = Annotated[
    str, typer.Option(help="The version that must be in use then; refused when it is another.")
]
_EMERGENCY = Annotated[
    bool,
    typer.Option("--emergency", help="Do not wait for those who decide: operators; told to all."),
]
_LEAVE_NONE = Annotated[
    bool, typer.Option("--leave-none", help="Even if no version is in use then.")
]
_YES = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; for scripts.")]
_JSON = Annotated[bool, typer.Option("--json", help="Print what the API answers, as JSON.")]
_REGISTRY = Annotated[str, typer.Option(help="Only this registry.")]


@reaches_app
def rollback(  # noqa: PLR0913 -- each is an option of the command
    app: App,
    version: _VERSION,
    *,
    reason: _REASON,
    to: _TO = "",
    emergency: _EMERGENCY = False,
    leave_none: _LEAVE_NONE = False,
    yes: _YES = False,
    as_json: _JSON = False,
) -> None:
    """Ask for a version to be withdrawn: archived, its predecessor in use, subscribers told."""
    if emergency and not yes:
        typer.confirm("Nobody will be asked, everybody will be told. Withdraw it now?", abort=True)
    wishes = {"to": to, "emergency": emergency, "leave_none": leave_none}
    _order(app, version, "withdraw", reason, wishes, as_json=as_json)


@reaches_app
def restore(
    app: App, version: _VERSION, *, reason: _REASON, to: _TO = "", as_json: _JSON = False
) -> None:
    """Ask for a withdrawn version to be used again."""
    _order(app, version, "restore", reason, {"to": to}, as_json=as_json)


@retention.command("plan")
@reaches_app
def plan(app: App, *, registry: _REGISTRY = "", as_json: _JSON = False) -> None:
    """Show which versions would be archived; changes nothing. Exit code 1: there are some."""
    query = {"registry": registry} if registry else {}
    found = _planned(app, query)
    if as_json:
        say_json(found)
    else:
        for each in found.items:
            age = f"created {moment(each.created_at)}" if each.created_at else "of unknown age"
            say(line(f"{each.asset.id}, {age}; version {each.current} is in use"))
        say(f"{len(found.items)} versions would be archived")
    _finish(found.problems, found=bool(found.items))


def _planned(app: App, query: dict[str, str]) -> order_shapes.RetentionPlan:
    found = list(pages(app, "/api/retention", order_shapes.RetentionPlan, **query))
    return order_shapes.RetentionPlan(
        items=[each for page in found for each in page.items],
        next_cursor=None,
        problems=[each for page in found for each in page.problems],
    )


@retention.command("apply")
@reaches_app
def apply(
    app: App,
    *,
    registry: _REGISTRY = "",
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why, for the trail.")] = "",
    as_json: _JSON = False,
) -> None:
    """Archive the versions that `plan` shows; each is looked at once more before."""
    body = {"registry": registry, "reason": reason}
    done = decoded(app.post("/api/retention", body), order_shapes.Retired)
    if as_json:
        say_json(done)
    else:
        show_list(done.items)
        say(f"{len(done.items)} versions are archived now", "green")
    _finish(done.problems, found=False)


def _order(
    app: App,
    version: str,
    action: str,
    reason: str,
    wishes: dict[str, Any],
    *,
    as_json: bool,
) -> None:
    named = "asset" if version.startswith("azureml:") else "request"
    body = {named: version, "action": action, "reason": reason}
    sent = body | {name: value for name, value in wishes.items() if value}
    found = decoded(app.post("/api/rollbacks", sent), shapes.Promotion)
    if as_json:
        say_json(found)
    else:
        show_one(found)


def _finish(problems: list[str], *, found: bool) -> None:
    for each in problems:
        complain(line(f"Not judged: {each}"))
    if problems or found:
        raise typer.Exit(FOUND)
