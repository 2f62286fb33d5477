"""Archive what a registry's retention says is old: plan first, then an order for each version.

A version is never taken that is in use, held by its tag, or that a request or an order is still about. An
order is carried out like any other, and looks at the version again before it does.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Final

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import Actor
from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.errors import PromotionError
from promotion.domain.lifecycle import Ordering
from promotion.domain.orders import Order, Verb, in_use
from promotion.domain.policy import Policy, Retention, routes_into
from promotion.domain.request import Request, State
from promotion.domain.results import TargetVersion
from promotion.domain.retention import outdated
from promotion.ports import Query, Queue, Watermark, World
from promotion.usecases import roll_back
from promotion.usecases.hinting import hint

_log = logging.getLogger(__name__)

#: How often the retention of a registry is applied by itself.
EVERY: Final = dt.timedelta(days=1)
#: After such an end a version may be retired in another attempt; what was retired and restored stays.
_AGAIN: Final = frozenset({State.SUPERSEDED, State.CANCELLED})


class Outdated(msgspec.Struct, frozen=True, kw_only=True):
    """A version that the retention archives."""

    asset: AssetRef
    created_at: dt.datetime | None
    #: The version in use, which stays.
    current: str
    #: Which order about it would be the next.
    attempt: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What applying the retention would archive."""

    items: tuple[Outdated, ...]
    #: Names and registries that could not be judged, with the reason; the others were.
    problems: tuple[str, ...] = ()


def plan(world: World, registry: str = "") -> Plan:
    """Return what would be archived now, in one registry or in all that have a retention; changes nothing.

    Raises:
        BrokenError: there is no valid policy.
    """
    policy = world.policy.current()
    items: list[Outdated] = []
    problems: list[str] = []
    for name, rule in _rules(policy):
        if registry.lower() in {"", name.lower()}:
            for kind in _kinds(policy, name):
                _look_through(world, Registry(name), kind, rule, items, problems)
    return Plan(items=tuple(items), problems=tuple(problems))


def apply(world: World, found: Plan, actor: Actor, reason: str) -> tuple[Request, ...]:
    """Order that what was planned is archived; return the orders. Planning and applying again adds none."""
    policy = world.policy.current()
    policy_hash = world.evidence.put(policy.canonical) if found.items else ""
    return tuple(_retire(world, policy, each, actor, reason, policy_hash) for each in found.items)


def apply_due(world: World, actor: Actor) -> Plan:
    """Apply the retention of registries that want it applied by itself and were not looked at for a day."""
    items: list[Outdated] = []
    problems: list[str] = []
    for name, rule in _rules(world.policy.current()):
        if not rule.apply or not _is_due(world, name):
            continue
        found = plan(world, name)
        apply(world, found, actor, f"Retention of {name}.")
        items += found.items
        problems += found.problems
    return Plan(items=tuple(items), problems=tuple(problems))


def _rules(policy: Policy) -> Iterator[tuple[str, Retention]]:
    for name, settings in policy.registries.items():
        if settings.retention is not None:
            yield name, settings.retention


def _kinds(policy: Policy, registry: str) -> tuple[AssetKind, ...]:
    # Only where a route leads: nothing else is this app's business.
    own = [r for r in policy.routes.values() if r.target.registry.lower() == registry.lower()]
    return tuple(dict.fromkeys(kind for route in own for kind in route.brings))


def _look_through(
    world: World,
    registry: Registry,
    kind: AssetKind,
    rule: Retention,
    items: list[Outdated],
    problems: list[str],
) -> None:
    what = f"{registry.name}/{kind}"
    try:
        for each in world.registries.names(registry, kind):
            what = f"{registry.name}/{kind}/{each.name}"
            asset = AssetRef(home=registry, kind=kind, name=each.name, version="")
            items += _outdated(world, asset, rule)
    except (PromotionError, ValueError) as error:
        problems.append(f"{what}: {error}")
        _log.exception("retention cannot be judged", extra={"what": what})


def _outdated(world: World, asset: AssetRef, rule: Retention) -> Iterator[Outdated]:
    versions = world.registries.versions(asset)
    for version in outdated(rule, versions, world.clock.now()):
        found = _free(world, asset, version, in_use(versions))
        if found is not None:
            yield found


def _free(world: World, asset: AssetRef, version: TargetVersion, current: str) -> Outdated | None:
    target = asset.moved(asset.home, version=version.version)
    last = roll_back.latest(world, Verb.RETIRE, target)
    if last is not None and last.state not in _AGAIN:
        return None
    about = world.requests.page(Query(name=target.name, version=target.version), limit=200).items
    if any(not each.state.terminal or each.state is State.FAILED for each in about):
        return None
    return Outdated(
        asset=target,
        created_at=version.created_at,
        current=current,
        attempt=last.attempt + 1 if last else 1,
    )


def _retire(
    world: World,
    policy: Policy,
    found: Outdated,
    actor: Actor,
    reason: str,
    policy_hash: str,
) -> Request:
    current = found.current
    ordering = Ordering(
        order=Order(verb=Verb.RETIRE, asset=found.asset.id, current=current, successor=current),
        target=found.asset,
        route=routes_into(policy, found.asset)[0],
        attempt=found.attempt,
        actor=actor,
        reason=reason,
        policy_hash=policy_hash,
    )
    step = lifecycle.order_at_once(ordering, now=world.clock.now())
    request = world.requests.add(step)[0].request
    hint(world, Queue.PROMOTIONS, request.id)
    hint(world, Queue.DELIVERIES, request.id)
    return request


def _is_due(world: World, registry: str) -> bool:
    """Whether it was not applied for a day; remembers that it is now. A crash then costs a day, no version."""
    key = f"retention/{registry.lower()}"
    now, last = world.clock.now(), world.watermarks.get(key)
    if last is not None and now - last.whole_at < EVERY:
        return False
    world.watermarks.put(key, Watermark(floor=now, upto=now, whole_at=now))
    return True
