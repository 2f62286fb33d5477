"""`promotion migrate`: plan moving a registry along a route, ask for it, watch it, report what arrived.

The running app does the work, as requests that are checked, approved and recorded like any other; these
commands ask for it and look. Whatever stops them, the work goes on, and the same command takes it up.

Exit codes: 0 fine (planned, arrived), 1 something is in the way or did not arrive, 2 could not run.
"""

import fnmatch
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import typer

from promotion.cli.client import App, decoded, pages
from promotion.cli.migration_progress import looked_through, watched
from promotion.cli.migration_tables import show_outcome, show_plan
from promotion.cli.output import FOUND, NOT_RUN, complain, say, say_json
from promotion.cli.reaching import reaches_app
from promotion.cli.request_ids import RequestId
from promotion.domain.ready import ready
from promotion.domain.request import State
from promotion.usecases.migrate.surveying import Standing
from promotion.web import shapes
from promotion.web.migration_shapes import (
    MigratedVersion,
    MigrationPlan,
    MigrationVersions,
    PlannedVersion,
)

app = typer.Typer(help="Move many versions along a route on one approval.", no_args_is_help=True)

#: What travels when a plan is asked for.
_MOVE: Final = frozenset({Standing.NEW, Standing.ASKED})
#: What a person has to look at before.
_IN_THE_WAY: Final = frozenset({Standing.CONFLICT, Standing.UNFIT})

_Kind = Literal["models", "environments", "components", "data"]
_JSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_ROUTE = typer.Option(help="The route; its source is the registry that is looked through.")
_NAME = typer.Option("--name", help="Only assets of such a name (`taxi-*`); may be given again.")
_KIND = typer.Option("--kind", help="Only assets of this kind.")
_OUTPUT = typer.Option("--output", "-o", help="Where the plan is written, for `migrate start`.")
_PLAN = typer.Argument(help="The plan, as `migrate plan --output` wrote it.", exists=True)
_ARCHIVED = typer.Option("--archived", help="Take archived versions along.")


class PlanFile(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it is kept between looking and asking."""

    route: str
    items: list[PlannedVersion]

    def moving(self, *, archived: bool) -> list[str]:
        """Return the ids of the versions that travel."""
        wanted = _MOVE | ({Standing.ARCHIVED} if archived else set())
        return [each.asset.id for each in self.items if each.standing in wanted]


@app.command()
@reaches_app
def plan(
    app: App,
    *,
    route: Annotated[str, _ROUTE],
    name: Annotated[list[str] | None, _NAME] = None,
    kind: Annotated[_Kind | None, _KIND] = None,
    output: Annotated[Path | None, _OUTPUT] = None,
    as_json: _JSON = False,
) -> None:
    """Tell what would move, what is there, what is in the way. Writes nothing. Exit code 1: something is in the way."""
    found = [
        each
        for each in looked_through(_planned(app, route))
        if (not name or any(fnmatch.fnmatchcase(each.asset.name, one) for one in name))
        and kind in {None, each.asset.kind.value}
    ]
    made = PlanFile(route=route, items=found)
    if output:
        output.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1))
    if as_json:
        say_json(made)
    else:
        show_plan(found)
        if output:
            say(f"Written to {output}; `migrate start {output}` asks for it.")
    if any(each.standing in _IN_THE_WAY for each in found):
        raise typer.Exit(FOUND)


@app.command()
@reaches_app
def start(
    app: App,
    file: Annotated[Path, _PLAN],
    *,
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why, for the trail.")] = "",
    archived: Annotated[bool, _ARCHIVED] = False,
    watch: Annotated[
        bool, typer.Option("--watch/--no-watch", help="Watch until people have to decide.")
    ] = True,
    as_json: _JSON = False,
) -> None:
    """Ask for a plan to be carried out; the same plan again takes up what was begun."""
    try:
        plan = msgspec.json.decode(file.read_bytes(), type=ready(PlanFile))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        complain(f"{file} is no plan: {error}. `migrate plan --output {file}` writes one.")
        raise typer.Exit(NOT_RUN) from error
    assets = plan.moving(archived=archived)
    if not assets:
        say("Nothing is left to move.", "green")
        return
    body: dict[str, Any] = {"route": plan.route, "assets": assets, "reason": reason}
    asked = decoded(app.post("/api/migrations", body), shapes.Promotion)
    if watch:
        asked = watched(app, asked, until={State.PENDING})
    _tell(asked, as_json=as_json)


@app.command()
@reaches_app
def watch(app: App, request_id: RequestId, *, as_json: _JSON = False) -> None:
    """Watch a migration until it has ended. Exit code 1: not every approved version arrived."""
    asked = decoded(app.get(f"/api/promotions/{request_id}"), shapes.Promotion)
    ended = watched(app, asked, until=set())
    _tell(ended, as_json=as_json)
    if ended.state is not State.PROMOTED:
        raise typer.Exit(FOUND)


@app.command()
@reaches_app
def report(app: App, request_id: RequestId, *, as_json: _JSON = False) -> None:
    """Tell how each version stands: none may be missing. Exit code 1: one is not there."""
    asked = decoded(app.get(f"/api/promotions/{request_id}"), shapes.Promotion)
    versions = list(_versions(app, request_id))
    if as_json:
        counts = Counter(each.state.value if each.state else "not begun" for each in versions)
        say_json({"migration": asked, "counts": counts, "versions": versions})
    else:
        show_outcome(asked, versions)
    if any(each.state is not State.PROMOTED for each in versions):
        raise typer.Exit(FOUND)


@app.command()
@reaches_app
def cancel(
    app: App,
    request_id: RequestId,
    *,
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why, for the trail.")] = "",
) -> None:
    """Take a migration back, and with it every version of it that was not decided yet."""
    body = {"reason": reason}
    waiting = {State.RECEIVED, State.VALIDATING, State.PENDING, State.FAILED}
    asked = decoded(app.get(f"/api/promotions/{request_id}"), shapes.Promotion)
    if asked.state in waiting:
        app.post(f"/api/promotions/{request_id}/cancel", body)
    taken = 0
    for each in _versions(app, request_id):
        # What others asked for, or was copied already, is not the migration's to take back.
        if each.request and each.state in waiting and each.migration == request_id:
            app.post(f"/api/promotions/{each.request}/cancel", body)
            taken += 1
    say(f"Taken back, with {taken} versions.")


def _tell(asked: shapes.Promotion, *, as_json: bool) -> None:
    if as_json:
        say_json(asked)
        return
    say(f"Migration {asked.id} is {asked.state.value}.")
    if asked.state is State.PENDING:
        for each in asked.checks:
            say(each.summary)
        say(
            f"People decide once for all of it: `requests approve {asked.id}`, or {asked.links.page}"
        )
    if asked.problem:
        complain(f"{asked.problem.message} {asked.problem.remedy}")


def _planned(app: App, route: str) -> Iterator[PlannedVersion]:
    for page in pages(app, "/api/migrations/plan", MigrationPlan, route=route):
        yield from page.items


def _versions(app: App, request_id: str) -> Iterator[MigratedVersion]:
    for page in pages(app, f"/api/migrations/{request_id}/versions", MigrationVersions):
        yield from page.items
