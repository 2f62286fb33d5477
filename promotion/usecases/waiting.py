"""How long a request waits: for an asset that is not there or may not be read yet, and for evidence."""

import datetime as dt
from typing import Final

from promotion.domain import lifecycle
from promotion.domain.actors import VALIDATION
from promotion.domain.errors import NotFoundError, RefusedError
from promotion.domain.lifecycle import Examination, Step
from promotion.domain.request import Request
from promotion.ports import World
from promotion.usecases.examine import Examined

#: The first waits are short: a share takes seconds to minutes.
_SHORTEST: Final = dt.timedelta(seconds=5)
_LONGEST: Final = dt.timedelta(minutes=15)


def wait_or_refuse(world: World, request: Request, error: RefusedError) -> Step:
    """Return a deferral while the route has patience, a refusal once it has none.

    Waiting grows with the request's age, so that an asset which comes soon is seen soon and one that
    never comes costs little.
    """
    now = world.clock.now()
    policy = world.policy.current()
    waited = now - request.created_at
    if waited >= policy.route(request.route).patience:
        over = _overdue(request, error, waited)
        return lifecycle.refuse(request, error=over, actor=VALIDATION, now=now)
    until = now + min(max(waited, _SHORTEST), _LONGEST)
    return lifecycle.defer_validation(
        request,
        _missing(request, error),
        until=until,
        actor=VALIDATION,
        now=now,
    )


def wait_for_evidence(
    request: Request,
    examined: Examined,
    found: Examination,
    *,
    now: dt.datetime,
) -> Step:
    """Return a deferral until the evidence comes or its time is up, a refusal once it is.

    Nothing is looked at meanwhile: posting the evidence is what wakes the request.
    """
    ends = {spec.name: request.created_at + spec.wait for spec in examined.waiting}
    overdue = [name for name, end in ends.items() if end <= now]
    if overdue:
        error = RefusedError(
            f"The evidence {', '.join(overdue)} was not posted in time.",
            "Have the pipeline run, then ask for the promotion again.",
        )
        return lifecycle.refuse(request, found, error=error, actor=VALIDATION, now=now)
    names = ", ".join(ends)
    error = RefusedError(
        f"It waits for evidence: {names}.",
        f"POST /api/promotions/{request.id}/evidence with "
        f'{{"name": ..., "outcome": "passed", "digest": "{found.manifest.digest}"}} '
        "as an identity with the role Promotion.Evidence.",
    )
    return lifecycle.defer_validation(
        request,
        error,
        found,
        until=min(ends.values()),
        actor=VALIDATION,
        now=now,
    )


def _missing(request: Request, error: RefusedError) -> RefusedError:
    if not isinstance(error, NotFoundError):
        return error
    return NotFoundError(
        f"{request.asset.label} is not in {request.asset.home.name} yet. {error.problem}",
        f"Share it there: az ml model share --name {request.asset.name} "
        f"--version {request.asset.version} --share-with-name {request.asset.name} "
        f"--share-with-version {request.asset.version} --registry-name {request.asset.home.name}",
    )


def _overdue(request: Request, error: RefusedError, waited: dt.timedelta) -> RefusedError:
    if not isinstance(error, NotFoundError):
        return error
    return NotFoundError(
        f"{request.asset.label} did not appear in {request.asset.home.name} "
        f"within {waited.total_seconds() / 3600:.1f} hours.",
        "Share it there and ask for its promotion again.",
    )
