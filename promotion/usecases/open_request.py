"""Open a request for each journey that an asset sets off; the same asset twice is the same request."""

import datetime as dt
import logging

import msgspec

from promotion.domain import lifecycle
from promotion.domain.assets import AssetRef
from promotion.domain.errors import ConflictError, NotFoundError
from promotion.domain.lifecycle import Opening
from promotion.domain.policy import Journey, Policy, journeys
from promotion.domain.request import Request, State, request_id
from promotion.ports import Queue, World
from promotion.usecases.hinting import hint

_log = logging.getLogger(__name__)

#: States after which the same asset may ask again, in a new attempt.
ASK_AGAIN = (
    State.REFUSED,
    State.REJECTED,
    State.EXPIRED,
    State.CANCELLED,
    # Its successor is the next attempt, which is there already or is about to be.
    State.SUPERSEDED,
)


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A request, and whether this call made it."""

    request: Request
    created: bool


def announce(world: World, asset: AssetRef, opening: Opening) -> tuple[Opened, ...]:
    """Open a request on every route that the asset's arrival sets off; none when no route wants it."""
    policy = world.policy.current()
    found = journeys(policy, asset)
    if not found:
        _log.info("no route for asset", extra={"asset": asset.id})
    return tuple(_open(world, policy, journey, opening, attempt=1) for journey in found)


def ask(world: World, asset: AssetRef, route: str, opening: Opening) -> Opened:
    """Open a request because a person asks; after a no, asking again is a new attempt.

    Raises:
        ConflictError: no route takes the asset, or several do and none was named.
    """
    policy = world.policy.current()
    return ask_for(world, policy, choose(policy, asset, route), opening)


def ask_for(world: World, policy: Policy, journey: Journey, opening: Opening) -> Opened:
    """Open a request for a journey that is known; what one migration was told no to, it does not ask again."""
    last = latest(world, journey)
    if last is None:
        return _open(world, policy, journey, opening, attempt=1)
    settled = bool(opening.batch) and last.batch == opening.batch
    if settled or last.state not in ASK_AGAIN:
        return Opened(request=last, created=False)
    return _open(world, policy, journey, opening, attempt=last.attempt + 1)


def latest(world: World, journey: Journey) -> Request | None:
    """Return the last attempt of a journey; none when nobody asked yet."""
    last = existing(world, journey, attempt=1)
    while last is not None and last.state in ASK_AGAIN:
        following = existing(world, journey, attempt=last.attempt + 1)
        if following is None:
            break
        last = following
    return last


def succeed(world: World, request: Request, opening: Opening) -> None:
    """Open the attempt that follows a superseded one: who might not decide there may not decide here.

    None follows where the policy has no such route any more.
    """
    policy = world.policy.current()
    if request.route not in policy.routes:
        _log.warning("no route for the next attempt", extra={"request_id": request.id})
        return
    journey = Journey(route=request.route, asset=request.asset)
    opening = msgspec.structs.replace(opening, made_by=request.made_by)
    _open(world, policy, journey, opening, attempt=request.attempt + 1)


def choose(policy: Policy, asset: AssetRef, route: str) -> Journey:
    """Return the one journey that is meant.

    Raises:
        ConflictError: no route takes the asset, or several do and none was named.
    """
    found = [each for each in journeys(policy, asset) if route in {"", each.route}]
    if len(found) == 1:
        return found[0]
    routes = ", ".join(sorted(policy.routes))
    if found:
        raise ConflictError(
            f"Several routes take {asset.id}: {', '.join(each.route for each in found)}.",
            "Name the one you mean as `route`.",
        )
    which = f"The route {route!r} does not take" if route else "No route of the policy takes"
    raise ConflictError(f"{which} {asset.id}.", f"The policy's routes: {routes}.")


def existing(world: World, journey: Journey, attempt: int) -> Request | None:
    """Return the request of that journey and attempt, when there is one."""
    key = request_id(route=journey.route, asset=journey.asset, attempt=attempt)
    try:
        return world.requests.get(key).request
    except NotFoundError:
        return None


def _open(
    world: World,
    policy: Policy,
    journey: Journey,
    opening: Opening,
    *,
    attempt: int,
) -> Opened:
    now: dt.datetime = world.clock.now()
    route = policy.route(journey.route)
    step = lifecycle.open_request(
        journey,
        route,
        opening,
        policy_hash=policy.hash,
        attempt=attempt,
        now=now,
    )
    stored, created = world.requests.add(step)
    if created:
        fields = {
            "request_id": stored.request.id,
            "asset": journey.asset.id,
            "route": journey.route,
        }
        _log.info("request opened", extra=fields)
    if stored.request.state is State.RECEIVED:
        # Also for a repetition: the first one may have died between the row and the hint.
        hint(world, Queue.VALIDATIONS, stored.request.id)
    return Opened(request=stored.request, created=created)
