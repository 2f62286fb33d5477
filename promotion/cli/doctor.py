"""`promotion doctor`: look after a deployment, and say what to do about each finding.

The app looks at what it alone can see, as the identity that it works as; from here it is looked at whether
people reach it, and whether Event Grid delivers to it. Exit codes: 0 nothing is broken (warnings may be),
1 something is broken, 2 could not run.
"""

from collections.abc import Iterator
from typing import Annotated, Final

import typer

from promotion import __version__
from promotion.cli.client import App, decoded
from promotion.cli.event_subscription import subscription
from promotion.cli.output import FOUND, say_json
from promotion.cli.reaching import reaches_app, token
from promotion.cli.tables import show_findings
from promotion.domain.findings import Finding, Level, ok, warn
from promotion.web.api.diagnosing import Diagnosis, diagnosis

_TRIAL = typer.Option(
    "--trial-copy",
    help="Copy a small model's files to each target's storage, to see that it works; creates no version.",
)
_SUBSCRIPTION = typer.Option(
    "--event-subscription",
    help="Resource id of the Event Grid subscription of the models' workspace; looked at as you.",
)
_JSON = typer.Option("--json", help="Print the findings as JSON.")
_ALL = typer.Option("--all", help="Show what is well, too.")

_GRAVEST_FIRST: Final = (Level.BAD, Level.WARN, Level.UNKNOWN, Level.OK)


@reaches_app
def doctor(
    app: App,
    *,
    trial_copy: Annotated[bool, _TRIAL] = False,
    event_subscription: Annotated[str, _SUBSCRIPTION] = "",
    everything: Annotated[bool, _ALL] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Look after a deployment; every finding comes with its remedy. Exit code 0: nothing is broken, 1: something is."""
    theirs = decoded(app.post("/api/doctor", {"trial_copy": trial_copy}), Diagnosis)
    found = [*_app(theirs), *theirs.findings]
    if event_subscription:
        found += subscription(event_subscription, token)
    _tell(found, everything=everything, as_json=as_json)


def _app(theirs: Diagnosis) -> Iterator[Finding]:
    if theirs.version == __version__:
        yield ok("app", f"Version {theirs.version} answers.")
    else:
        yield warn(
            "app",
            f"It is version {theirs.version}, this command is {__version__}.",
            "Use the command of the app's own version.",
        )


def _tell(found: list[Finding], *, everything: bool, as_json: bool) -> None:
    found.sort(key=lambda each: _GRAVEST_FIRST.index(each.level))
    if as_json:
        say_json(diagnosis(tuple(found)))
    else:
        show_findings([each for each in found if everything or each.level is not Level.OK])
    if any(each.level is Level.BAD for each in found):
        raise typer.Exit(FOUND)
