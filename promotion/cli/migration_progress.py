"""How far a migration is, while one waits: a bar with its rate and what is left. Knows the API's answers."""

import time
from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from promotion.cli.client import App, UnreachableError, decoded
from promotion.domain.request import State
from promotion.web import shapes
from promotion.web.migration_shapes import PlannedVersion

_EVERY: Final = 2.0
#: So many looks in a row may fail before watching is given up: an app that restarts is back by then.
_PATIENCE: Final = 30

_DOING: Final = {
    State.RECEIVED: "waiting to begin",
    State.VALIDATING: "checking versions",
    State.PENDING: "waiting for approval",
    State.APPROVED: "approved, about to begin",
    State.PROMOTING: "copying versions",
}


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", "dim")


def looked_through(versions: Iterable[PlannedVersion]) -> Iterator[PlannedVersion]:
    """Yield versions as they come, and show on the standard error how many came so far."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), _Rate(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("looking through the registry", total=None)
        for number, each in enumerate(versions, start=1):
            shown.update(task, completed=number, description=f"{number} versions looked at")
            yield each


def watched(app: App, asked: shapes.Promotion, *, until: set[State]) -> shapes.Promotion:
    """Return a migration once it has ended or is in one of these states; show how far it is meanwhile.

    Raises:
        UnreachableError: the app does not answer for a minute. The work goes on without being watched.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as shown:
        while asked.state in _DOING and asked.state not in until:
            _show(shown, asked)
            time.sleep(_EVERY)
            asked = _look(app, asked.id)
        _show(shown, asked)
    return asked


def _show(shown: Progress, asked: shapes.Promotion) -> None:
    # A bar for each part of the work: their rates have nothing to do with each other.
    wanted = _DOING.get(asked.state, asked.state.value)
    known = {task.description: task.id for task in shown.tasks}
    if wanted not in known:
        known[wanted] = shown.add_task(wanted, total=None)
    progress = asked.progress
    shown.update(known[wanted], total=progress.files or None, completed=progress.files_done)


def _look(app: App, request_id: str) -> shapes.Promotion:
    for remaining in reversed(range(_PATIENCE)):
        try:
            return decoded(app.get(f"/api/promotions/{request_id}"), shapes.Promotion)
        except UnreachableError:
            if not remaining:
                raise
            time.sleep(_EVERY)
    raise AssertionError("the last look either answers or raises")
