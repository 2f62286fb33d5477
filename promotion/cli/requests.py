"""`promotion requests`: look at requests of a running app, decide, steer; and repair their index.

Exit codes: 0 done, 1 the app refused, 2 could not run (no app, not signed in, wrong usage).
"""

from typing import Annotated, Final

import typer

from promotion.cli.client import App, RefusedByAppError, decoded
from promotion.cli.output import FOUND, NOT_RUN, complain, say, say_json
from promotion.cli.reaching import reaches_app
from promotion.cli.request_ids import RequestId
from promotion.cli.tables import show_list, show_one
from promotion.domain.errors import PromotionError
from promotion.domain.request import State
from promotion.web import shapes

app = typer.Typer(
    help="List, show, decide and steer requests of a running app.", no_args_is_help=True
)

#: What the API gives at once.
_PAGE: Final = 200

_JSON = Annotated[bool, typer.Option("--json", help="Print what the API answers, as JSON.")]
_YES = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; for scripts.")]
_STAGE = Annotated[str, typer.Option(help="The stage meant; else the first one open to you.")]
_DIGEST = Annotated[
    str,
    typer.Option(help="The digest you looked at; nothing is decided when it is another by now."),
]
_COMMENT = Annotated[str, typer.Option("--comment", "-m", help="Why, for the trail.")]
_REASON = Annotated[str, typer.Option("--reason", "-m", help="Why, for the trail.")]
_STATE = typer.Option(help="Only those in this state.", show_default=False)
_LIMIT = typer.Option(min=1, max=10_000, help="At most so many.")


@app.command("list")
@reaches_app
def list_(
    app: App,
    *,
    state: Annotated[State | None, _STATE] = None,
    route: Annotated[str, typer.Option(help="Only those of this route.")] = "",
    name: Annotated[str, typer.Option(help="Only those of the asset of this name.")] = "",
    version: Annotated[str, typer.Option(help="Only those of this version.")] = "",
    limit: Annotated[int, _LIMIT] = 50,
    as_json: _JSON = False,
) -> None:
    """List requests, newest first."""
    query = {
        "state": state.value if state else "",
        "route": route,
        "name": name,
        "version": version,
    }
    found = _listed(app, {key: value for key, value in query.items() if value}, limit)
    if as_json:
        say_json(found)
        return
    show_list(found.items)
    for each in found.damaged:
        complain(f"{each.id} cannot be shown: {each.problem}")
    if found.next_cursor:
        complain(f"There are more than {limit}: raise --limit, or narrow the list.")


@app.command()
@reaches_app
def show(app: App, request_id: RequestId, *, as_json: _JSON = False) -> None:
    """Show one request: checks, stages, decisions."""
    _tell(_shown(app, request_id), as_json=as_json)


@app.command()
@reaches_app
def ask(
    app: App,
    asset: Annotated[str, typer.Argument(help="azureml://registries/...", show_default=False)],
    *,
    route: Annotated[str, typer.Option(help="The route meant, when several take it.")] = "",
    reason: _REASON = "",
    as_json: _JSON = False,
) -> None:
    """Ask for an asset to be promoted; asking again is answered with the request that there is."""
    body = {"asset": asset, "reason": reason} | ({"route": route} if route else {})
    _tell(decoded(app.post("/api/promotions", body), shapes.Promotion), as_json=as_json)


@app.command()
@reaches_app
def approve(
    app: App,
    request_id: RequestId,
    *,
    comment: _COMMENT = "",
    stage: _STAGE = "",
    digest: _DIGEST = "",
    yes: _YES = False,
    as_json: _JSON = False,
) -> None:
    """Approve a request, after showing it."""
    body = {"verdict": "approve", "comment": comment, "stage": stage}
    _decide(app, request_id, body, digest=digest, yes=yes, as_json=as_json)


@app.command()
@reaches_app
def reject(
    app: App,
    request_id: RequestId,
    *,
    comment: Annotated[str, typer.Option("--comment", "-m", help="Why, for whoever asked.")],
    stage: _STAGE = "",
    digest: _DIGEST = "",
    yes: _YES = False,
    as_json: _JSON = False,
) -> None:
    """Reject a request, after showing it."""
    body = {"verdict": "reject", "comment": comment, "stage": stage}
    _decide(app, request_id, body, digest=digest, yes=yes, as_json=as_json)


@app.command()
@reaches_app
def cancel(
    app: App, request_id: RequestId, *, reason: _REASON = "", as_json: _JSON = False
) -> None:
    """Take a request back."""
    answer = app.post(f"{_path(request_id)}/cancel", {"reason": reason})
    _tell(decoded(answer, shapes.Promotion), as_json=as_json)


@app.command()
@reaches_app
def retry(app: App, request_id: RequestId, *, reason: _REASON = "", as_json: _JSON = False) -> None:
    """Have a failed promotion tried again."""
    answer = app.post(f"{_path(request_id)}/retry", {"reason": reason})
    _tell(decoded(answer, shapes.Promotion), as_json=as_json)


@app.command()
@reaches_app
def acknowledge(
    app: App,
    request_id: RequestId,
    *,
    reason: Annotated[
        str, typer.Option("--reason", "-m", help="Who created it, and why it may stay.")
    ],
    as_json: _JSON = False,
) -> None:
    """Take note of a version that came past every request; it then shows on the overview no more."""
    answer = app.post(f"{_path(request_id)}/acknowledge", {"reason": reason})
    _tell(decoded(answer, shapes.Promotion), as_json=as_json)


@app.command("rebuild-index")
def rebuild_index() -> None:
    """Write the index of requests anew, from the requests. Works on the storage that the app's settings name."""
    from promotion.bootstrap import entry  # noqa: PLC0415 -- reads the settings

    try:
        world = entry.world(attended=True)
        written, damaged = world.requests.rebuild_index(world.clock.now())
    except PromotionError as error:
        complain(str(error))
        raise typer.Exit(NOT_RUN) from error
    for each in damaged:
        complain(f"{each.request_id} cannot be read: {each.problem}")
    say(f"{written} requests indexed, to be looked at by the next sweep", "green")
    if damaged:
        raise typer.Exit(FOUND)


def _decide(
    app: App,
    request_id: str,
    body: dict[str, str],
    *,
    digest: str,
    yes: bool,
    as_json: bool,
) -> None:
    seen = _shown(app, request_id)
    if not seen.digest:
        raise RefusedByAppError(f"The request is {seen.state}: there is nothing to decide on yet.")
    if digest and digest != seen.digest:
        raise RefusedByAppError(f"Its digest is {seen.digest}, not {digest}. Nothing was decided.")
    if not yes:
        show_one(seen)
        typer.confirm(f"{body['verdict'].capitalize()} it?", abort=True)
    sent = {"digest": seen.digest} | {key: value for key, value in body.items() if value}
    answer = app.post(f"{_path(request_id)}/decisions", sent, revision=seen.revision)
    _tell(decoded(answer, shapes.Promotion), as_json=as_json)


def _listed(app: App, query: dict[str, str], limit: int) -> shapes.PromotionList:
    items: list[shapes.Promotion] = []
    damaged: list[shapes.DamagedRecord] = []
    cursor = ""
    while True:
        more = {"cursor": cursor} if cursor else {}
        count = str(min(limit - len(items), _PAGE))
        answer = app.get("/api/promotions", limit=count, **query, **more)
        page = decoded(answer, shapes.PromotionList)
        items += page.items
        damaged += page.damaged
        cursor = page.next_cursor or ""
        if not cursor or len(items) >= limit:
            return shapes.PromotionList(items=items, next_cursor=cursor or None, damaged=damaged)


def _shown(app: App, request_id: str) -> shapes.Promotion:
    return decoded(app.get(_path(request_id)), shapes.Promotion)


def _path(request_id: str) -> str:
    return f"/api/promotions/{request_id}"


def _tell(found: shapes.Promotion, *, as_json: bool) -> None:
    if as_json:
        say_json(found)
    else:
        show_one(found)
