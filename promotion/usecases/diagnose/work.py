"""Probes of the policy in force, and of work that waits for somebody. They read only."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from promotion.domain.findings import Finding, bad, ok, warn
from promotion.domain.request import State
from promotion.ports import Query, World

#: The sweep runs every minute and leaves nothing due this long.
_SWEPT_WITHIN: Final = dt.timedelta(minutes=15)
_PAGE: Final = 50


def policy(world: World) -> Iterator[Finding]:
    """Yield whether there is a policy, and which.

    Raises:
        BrokenError: there is none, or it is not valid.
    """
    found = world.policy.current()
    yield ok("policy", f"{len(found.routes)} routes; {found.hash}.", ", ".join(found.routes))


def waiting(world: World) -> Iterator[Finding]:
    """Yield what waits for an operator, and whether the sweep runs.

    Raises:
        RetryableError: tables cannot be read.
    """
    yield from _swept(world)
    yield _counted(
        world,
        State.FAILED,
        "have failed",
        "An operator looks at each: `promotion requests list --state failed`, then retry or cancel.",
    )
    yield _counted(
        world,
        State.BYPASSED,
        "were found in a target without a request",
        "Find out who created them (`promotion requests list --state bypassed`): docs/operations.md.",
    )


def _swept(world: World) -> Iterator[Finding]:
    now = world.clock.now()
    late = world.requests.due(now - _SWEPT_WITHIN, limit=1)
    if late:
        waited = now - late[0].due
        yield bad(
            "sweep",
            f"A request is due since {waited.total_seconds() / 60:.0f} minutes, and nobody looked.",
            "The function `sweep` does not run, or not to its end: look at its last run in the app's "
            "log, and whether it is disabled.",
        )
    else:
        yield ok("sweep", "Nothing is overdue.")


def _counted(world: World, state: State, what: str, remedy: str) -> Finding:
    page = world.requests.page(Query(state=state), limit=_PAGE)
    count = f"{len(page.items)}{' or more' if page.next_cursor else ''}"
    if page.items:
        return warn("requests", f"{count} {what}.", remedy, state.value)
    return ok("requests", f"None {what}.", state.value)
