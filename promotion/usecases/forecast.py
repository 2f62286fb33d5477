"""Tell what asking for a promotion would do, without doing it. Reads only."""

import msgspec

from promotion.domain.assets import AssetRef
from promotion.domain.policy import Journey, StageSpec, target_of
from promotion.domain.request import Request
from promotion.ports import World
from promotion.usecases import open_request


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """Where the asset would travel, who would have to agree, and whether a request is there already."""

    journey: Journey
    #: Its version is empty where only a look at the target tells it.
    target: AssetRef
    #: The attempt that asking would make, or that is there.
    attempt: int
    #: The latest request for this journey, whatever became of it.
    existing: Request | None
    would_create: bool
    stages: tuple[StageSpec, ...]
    policy_hash: str


def foresee(world: World, asset: AssetRef, route: str) -> Forecast:
    """Return what `open_request.ask` would do with the same arguments.

    Raises:
        ConflictError: no route takes the asset, or several do and none was named.
    """
    policy = world.policy.current()
    journey = open_request.choose(policy, asset, route)
    chosen = policy.route(journey.route)
    attempt, last = 1, None
    while (found := open_request.existing(world, journey, attempt)) is not None:
        last = found
        if last.state not in open_request.ASK_AGAIN:
            break
        attempt += 1
    return Forecast(
        journey=journey,
        target=last.target if last and found else target_of(chosen, journey.asset),
        attempt=attempt,
        existing=last,
        would_create=found is None,
        stages=chosen.stages,
        policy_hash=policy.hash,
    )
