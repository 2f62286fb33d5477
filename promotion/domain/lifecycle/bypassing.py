"""The one transition without a request before it: a version is in a target, and nobody had asked for it.

What is recorded has a request's form, so that everything that holds for requests holds for it: it is
written once, chained, told through every channel, listed, exported and anchored. It is terminal.
"""

import datetime as dt

from promotion.domain.actors import RECONCILE
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.facts import FactType
from promotion.domain.lifecycle.step import Step, step, written
from promotion.domain.request import Problem, Request, State, request_id

#: No route is named so: ids of bypasses and of requests cannot meet, whatever the policy says.
_NO_ROUTE = ""

_REMEDY = (
    "Find out who created it and why. Archive it, or ask for the promotion of the same version from its "
    "source, so that it is checked and approved. Take away the right to write to the registry that "
    "made this possible."
)


def bypass_id(target: AssetRef) -> str:
    """Return the id of the record of a version that came past every request: one version, one record."""
    return request_id(route=_NO_ROUTE, asset=target, attempt=1)


def report_bypass(
    found: AssetDescription,
    *,
    route: str,
    policy_hash: str,
    now: dt.datetime,
) -> Step:
    """A version was found in the target of `route` that no request brought there."""
    problem = Problem(
        message=f"{found.ref.id} was created{_by(found)}, and no request brought it there.",
        remedy=_REMEDY,
        since=now,
    )
    record = Request(
        id=bypass_id(found.ref),
        route=route,
        attempt=1,
        asset=found.ref,
        target=found.ref,
        state=State.BYPASSED,
        revision=0,
        policy_hash=policy_hash,
        requested_by=RECONCILE,
        created_at=now,
        updated_at=now,
        problem=problem,
    )
    data = {
        "route": route,
        "problem": problem.message,
        "remedy": problem.remedy,
        "created_by": found.created_by,
        "created_at": written(found.created_at) if found.created_at else "",
    }
    return step(record, FactType.BYPASS_DETECTED, RECONCILE, now, data, before="")


def _by(found: AssetDescription) -> str:
    return f" by {found.created_by}" if found.created_by else ""
