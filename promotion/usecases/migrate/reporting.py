"""Tell how each version of a migration stands. Reads only."""

import functools
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from promotion.domain.assets import AssetRef
from promotion.domain.errors import NotFoundError
from promotion.domain.policy import Journey
from promotion.domain.request import Request
from promotion.ports import World
from promotion.usecases import open_request
from promotion.usecases.migrate import walking

_SIDE_BY_SIDE: Final = 8


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One version that a migration asks for."""

    asset: AssetRef
    #: Its latest request; none before the migration got that far.
    request: Request | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Some lines in the plan's order, and where the next ones begin (0: these were the last)."""

    items: tuple[Line, ...]
    next_after: int = 0


def report(world: World, request_id: str, *, after: int = 0, limit: int = 200) -> Report:
    """Return versions of a migration behind the first `after` of its plan.

    Raises:
        NotFoundError: there is no such request, or it is no migration.
    """
    migration = world.requests.get(request_id).request
    if not migration.plan:
        raise NotFoundError(
            f"The request {request_id} is no migration.", "Look at the request itself."
        )
    assets = walking.plan_of(world, migration).refs
    some = assets[after : after + limit]
    with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="report") as pool:
        items = tuple(pool.map(functools.partial(_line, world, migration), some))
    more = after + limit < len(assets)
    return Report(items=items, next_after=after + limit if more else 0)


def _line(world: World, migration: Request, asset: AssetRef) -> Line:
    journey = Journey(route=migration.route, asset=asset)
    return Line(asset=asset, request=open_request.latest(world, journey))
