"""Go through a migration's versions, as far as one call should: no more than so many are under way at once."""

import datetime as dt
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from promotion.domain.assets import AssetRef
from promotion.domain.migration import Plan
from promotion.domain.progress import Progress
from promotion.domain.ready import ready
from promotion.domain.request import Request
from promotion.ports import World

#: Versions that are being checked, or copied, at the same time.
UNDER_WAY: Final = 48
#: How soon a migration that waits for versions is looked at again.
POLL: Final = dt.timedelta(seconds=2)
#: Requests read at the same time.
_SIDE_BY_SIDE: Final = 8


class Visited(msgspec.Struct, frozen=True, kw_only=True):
    """One version's request as it was found or brought on, and whether the migration waits for it."""

    version: Request
    waited_for: bool


type Visit = Callable[[AssetRef], Visited]


def plan_of(world: World, migration: Request) -> Plan:
    """Return the versions that a migration asks for.

    Raises:
        NotFoundError, DamagedError: the plan is not kept any more.
    """
    return msgspec.json.decode(world.evidence.get(migration.plan), type=ready(Plan))


def walk(
    world: World, migration: Request, assets: tuple[AssetRef, ...], visit: Visit
) -> tuple[Request, ...] | None:
    """Visit versions in order; return all of their requests once none is waited for, else nothing.

    How many at the beginning are done is noted as the migration's progress, so that the next call need not
    visit them again. As that note may be another worker's, an end is believed only after a whole walk.
    """
    start = min(world.requests.progress(migration.id).files_done, len(assets))
    found = _visited(assets[start:], visit)
    if start and not any(each.waited_for for each in found):
        start, found = 0, _visited(assets, visit)
    done = len(list(itertools.takewhile(lambda each: not each.waited_for, found)))
    _note(world, migration, len(assets), start + done)
    if any(each.waited_for for each in found):
        return None
    return tuple(each.version for each in found)


def _visited(assets: tuple[AssetRef, ...], visit: Visit) -> list[Visited]:
    found: list[Visited] = []
    with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="version") as pool:
        for some in itertools.batched(assets, _SIDE_BY_SIDE, strict=False):
            found += pool.map(visit, some)
            if sum(each.waited_for for each in found) >= UNDER_WAY:
                break
    return found


def _note(world: World, migration: Request, count: int, done: int) -> None:
    progress = Progress(files=count, files_done=done, at=world.clock.now())
    world.requests.save_progress(migration.id, progress)
