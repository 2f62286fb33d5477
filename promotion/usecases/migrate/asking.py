"""Ask for a plan to be carried out: one request for all of its versions; the same plan twice is one request."""

from promotion.domain.actors import Person, acting
from promotion.domain.assets import AssetRef
from promotion.domain.lifecycle import Opening
from promotion.domain.migration import make_plan, migration_of
from promotion.domain.policy import Journey
from promotion.ports import World
from promotion.usecases import access, open_request
from promotion.usecases.open_request import Opened


def ask(
    world: World,
    route: str,
    assets: tuple[AssetRef, ...],
    person: Person,
    *,
    reason: str = "",
    trace: str = "",
) -> Opened:
    """Open the request of a migration, or return the one there is; after a no, a new attempt.

    Raises:
        ForbiddenError: the person is no operator.
        InvalidError: the plan is empty, too long, names a version twice, or several places.
        ConflictError: there is no such route, or it does not take one of the versions.
    """
    access.require_operator(person)
    policy = world.policy.current()
    policy.route(route)
    plan = make_plan(
        route, (open_request.choose(policy, asset, route).asset for asset in set(assets))
    )
    opening = Opening(
        actor=acting(person),
        requester=person,
        reason=reason,
        trace=trace,
        plan=world.evidence.put(plan.content),
    )
    journey = Journey(route=route, asset=migration_of(plan))
    return open_request.ask_for(world, policy, journey, opening)
