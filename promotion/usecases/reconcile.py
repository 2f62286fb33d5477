"""Compare registries with requests: versions nobody announced travel, versions nobody approved are told.

Registries emit no events, so they are asked, every 15 minutes. A look reads the names of a registry (one
call a page) and the versions of those names alone whose latest version is another than last time, newest
first until the last look. Once a day every name is read, should a registry not have told of a change.
What was there before the first look is left alone: nobody wants a request for each version of ten years.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from promotion.domain.actors import RECONCILE
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry
from promotion.domain.errors import (
    BrokenError,
    DamagedError,
    ForbiddenError,
    NotFoundError,
    PromotionError,
    RefusedError,
)
from promotion.domain.lifecycle import Opening
from promotion.domain.policy import Policy, journeys
from promotion.ports import Name, Watermark, World
from promotion.usecases import bypass, open_request, retain

_log = logging.getLogger(__name__)

#: Clocks differ, and a version's time is from before it could be read: this much is looked at again.
OVERLAP: Final = dt.timedelta(hours=1)
#: So often every name is read, changed or not.
WHOLE_EVERY: Final = dt.timedelta(days=1)

#: What is done with a version; False: it cannot be judged yet, look again.
type Treat = Callable[[AssetDescription], bool]


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """What one look came to."""

    opened: int
    bypassed: int
    #: Versions whose retention has come.
    retired: int = 0
    #: Registries that could not be looked through, with the reason; the others were.
    problems: tuple[str, ...] = ()


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of assets in one registry, and what is done with each new version."""

    side: str
    registry: Registry
    kind: AssetKind
    treat: Treat

    @property
    def key(self) -> str:
        """Under which its watermark is kept. Azure resource names compare without case."""
        return f"{self.side}/{self.registry.name.lower()}/{self.kind}"


class _Count:
    def __init__(self) -> None:
        self.opened = self.bypassed = 0
        self.problems: list[str] = []

    def trouble(self, what: str, error: PromotionError) -> None:
        self.problems.append(f"{what}: {error}")
        _log.error("not reconciled", extra={"what": what, "reason": str(error)})


def reconcile(world: World) -> Reconciled:
    """Look through every registry of the policy; one that cannot be read keeps no other from it.

    Raises:
        BrokenError: there is no valid policy.
    """
    count = _Count()
    for look in _looks(world, world.policy.current(), count):
        try:
            _look_through(world, look, count)
        except PromotionError as error:
            count.trouble(look.key, error)
    retired = retain.apply_due(world, RECONCILE)
    return Reconciled(
        opened=count.opened,
        bypassed=count.bypassed,
        retired=len(retired.items),
        problems=(*count.problems, *retired.problems),
    )


def _looks(world: World, policy: Policy, count: _Count) -> Iterator[Look]:
    """Yield sources before targets, each registry and kind once however many routes name it."""

    def announced(found: AssetDescription) -> bool:
        count.opened += _announce(world, policy, found.ref)
        return True

    def questioned(found: AssetDescription) -> bool:
        try:
            answer = bypass.judge(world, policy, found)
        except DamagedError as error:
            # A request about it cannot be read back: others are judged, this one is looked at again.
            count.trouble(found.ref.id, error)
            return False
        count.bypassed += answer is bypass.Verdict.REPORTED
        return answer is not bypass.Verdict.UNDER_WAY

    treats: dict[str, Treat] = {"source": announced, "target": questioned}
    found: dict[str, Look] = {}
    for side, treat in treats.items():
        for route in policy.routes.values():
            source = side == "source"
            name = route.source.registry if source else route.target.registry
            kinds = route.kinds if source else route.brings
            for kind in kinds if name else ():
                look = Look(side=side, registry=Registry(name), kind=kind, treat=treat)
                found.setdefault(look.key, look)
    yield from found.values()


def _announce(world: World, policy: Policy, asset: AssetRef) -> int:
    missing = [
        journey
        for journey in journeys(policy, asset)
        if open_request.existing(world, journey, attempt=1) is None
    ]
    if not missing:
        return 0
    opening = Opening(actor=RECONCILE, reason="Found in the source registry.")
    return sum(each.created for each in open_request.announce(world, asset, opening))


def _look_through(world: World, look: Look, count: _Count) -> None:
    began = world.clock.now()
    last = world.watermarks.get(look.key)
    names = world.registries.names(look.registry, look.kind)
    if last is None:
        latest = {each.name: each.latest for each in names}
        first = Watermark(floor=began, upto=began, whole_at=began, latest=latest)
        world.watermarks.put(look.key, first)
        return
    whole = began - last.whole_at >= WHOLE_EVERY
    since = max(last.floor, (last.whole_at if whole else last.upto) - OVERLAP)
    latest, settled = {}, True
    for each in names:
        known = last.latest.get(each.name)
        if whole or not each.latest or known != each.latest:
            done = _looked_at(world, look, each, since, count)
            settled = settled and done
            known = each.latest if done else ""
        latest[each.name] = known or ""
    upto = began if settled else last.upto
    whole_at = began if whole and settled else last.whole_at
    after = Watermark(floor=last.floor, upto=upto, whole_at=whole_at, latest=latest)
    world.watermarks.put(look.key, after)


def _looked_at(world: World, look: Look, name: Name, since: dt.datetime, count: _Count) -> bool:
    """Look at a name; one that cannot be judged hides none of those behind it, and is looked at again."""
    try:
        return _look_at(world, look, name, since)
    except ForbiddenError:
        # The whole registry's, not this name's.
        raise
    except (RefusedError, BrokenError) as error:
        count.trouble(f"{look.key}/{name.name}", error)
        return False


def _look_at(world: World, look: Look, name: Name, since: dt.datetime) -> bool:
    """Treat the new versions of a name; return whether the name need not be looked at again."""
    asset = AssetRef(home=look.registry, kind=look.kind, name=name.name, version=name.latest)
    seen: set[str] = set()
    settled = True
    for found in world.registries.recent(asset, since):
        seen.add(found.ref.version)
        settled = look.treat(found) and settled
    if name.latest and name.latest not in seen:
        settled = _look_up(world, look, asset, since) and settled
    return settled


def _look_up(world: World, look: Look, latest: AssetRef, since: dt.datetime) -> bool:
    # The latest is an old one when a later one was deleted; or it is still being made.
    try:
        found = world.registries.describe(latest)
    except NotFoundError:
        return False
    if found.created_at is not None and found.created_at < since:
        return True
    return look.treat(found)
