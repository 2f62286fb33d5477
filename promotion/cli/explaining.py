"""`promotion explain`: what would happen to an asset if its promotion were asked for now. Writes nothing."""

from typing import Annotated, Final

import typer

from promotion.cli.client import App, decoded
from promotion.cli.output import FOUND, complain, say, say_json
from promotion.cli.plainly import line
from promotion.cli.reaching import reaches_app
from promotion.cli.tables import show_checks, show_needed, show_stages
from promotion.usecases.explain import Effect, Prospect
from promotion.web import shapes

_ASSET = typer.Argument(
    help="azureml://registries/{registry}/models/{name}/versions/{version}", show_default=False
)
_ROUTE = typer.Option(help="The route meant, when several take the asset.")
_JSON = typer.Option("--json", help="Print what the API answers, as JSON.")

_PROSPECTS: Final = {
    Prospect.PENDING: ("Every check passes: people would be asked.", "green"),
    Prospect.REFUSED: ("A check fails: it would be refused.", "red"),
    Prospect.WAITING: ("It would wait for evidence.", "yellow"),
    Prospect.ERRORED: ("A check cannot be carried out: it would wait for an operator.", "red"),
}
_EFFECTS: Final = {
    Effect.CREATE: "would get a new version",
    Effect.NOTHING: "has the very same files already",
    Effect.CONFLICT: "has that version already, with other files",
    Effect.UNSETTLED: "would get a version that cannot be told yet",
}
#: What lets the request go on by itself.
_GOOD: Final = frozenset({Prospect.PENDING, Prospect.WAITING})


@reaches_app
def explain(
    app: App,
    asset: Annotated[str, _ASSET],
    *,
    route: Annotated[str, _ROUTE] = "",
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Tell what asking for a promotion would come to. Exit code 0: people would be asked, 1: not, 2: could not run."""
    body = {"asset": asset, "dry_run": True} | ({"route": route} if route else {})
    seen = decoded(app.post("/api/promotions", body), shapes.Forecast)
    if as_json:
        say_json(seen)
    else:
        _tell(seen)
    if not _would_go_on(seen):
        raise typer.Exit(FOUND)


def _would_go_on(seen: shapes.Forecast) -> bool:
    found = seen.examination
    return found is not None and found.verdict in _GOOD and found.effect is not Effect.CONFLICT


def _tell(seen: shapes.Forecast) -> None:
    say(f"{line(seen.asset.id)} on the route {line(seen.route)}, attempt {seen.attempt}")
    if seen.existing:
        say(
            f"There is a request already: {seen.existing.id}, {seen.existing.state.value}.",
            "yellow",
        )
    if seen.problem:
        complain(line(seen.problem))
    if found := seen.examination:
        show_needed(found.dependencies)
        show_checks(found.checks)
        say(*_PROSPECTS[found.verdict])
        say(
            f"{line(seen.target.id)} {_EFFECTS[found.effect]}: {found.files} files, {found.bytes} bytes."
        )
        if found.replaces:
            say(f"The version in use there now is {line(found.replaces)}.")
    show_stages(seen.stages)
