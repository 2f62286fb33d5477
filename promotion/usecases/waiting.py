"""How long a request waits for an asset that is not in its source yet, or that the app may not read yet."""

import datetime as dt
from typing import Final

from promotion.domain import lifecycle
from promotion.domain.actors import VALIDATION
from promotion.domain.errors import NotFoundError, RefusedError
from promotion.domain.lifecycle import Step
from promotion.domain.request import Request
from promotion.ports import World

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
