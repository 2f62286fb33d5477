"""Archive what a registry's retention says is old: plan first, then an order for each version.

A version is never taken that is in use, held by its tag, needed by another one, or that a request or an order
is still about. An order is carried out like any other, and looks at the version again before it does.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Final

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import Actor
from promotion.domain.assets import AssetKind, AssetRef, Registry, parse_asset_id
from promotion.domain.errors import InvalidError, PromotionError
from promotion.domain.lifecycle import Ordering
from promotion.domain.orders import Order, Verb, in_use
from promotion.domain.policy import Policy, Retention, routes_into
from promotion.domain.request import Request, State
from promotion.domain.results import TargetVersion
from promotion.domain.retention import outdated
from promotion.ports import Query, Queue, Watermark, World
from promotion.usecases import roll_back
from promotion.usecases.hinting import hint
from promotion.usecases.needed import Needs

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
    """What applying the retention would archive, or a page of it."""

    items: tuple[Outdated, ...]
    #: Names and registries that could not be judged, with the reason; the others were.
    problems: tuple[str, ...] = ()
    #: Where the next page begins; empty: there is none.
    next_cursor: str = ""


def plan(world: World, registry: str = "", *, cursor: str = "", limit: int | None = None) -> Plan:
    """Return what would be archived now, in one registry or in all that have a retention; changes nothing.

    Registry by registry, kind by kind, name by name, the newest version first; up to `limit` versions,
    those after the page that gave `cursor`.

    Raises:
        InvalidError: the cursor did not come from an earlier page.
        BrokenError: there is no valid policy.
    """
    items: list[Outdated] = []
    problems: list[str] = []
    for found in _look_through(world, registry, _read_cursor(cursor)):
        if isinstance(found, str):
            problems.append(found)
            continue
        items.append(found)
        if len(items) == limit:
            # The version itself, not how many: what is archived meanwhile shifts no page.
            end = found.asset.id
            return Plan(items=tuple(items), problems=tuple(problems), next_cursor=end)
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


def _read_cursor(cursor: str) -> AssetRef | None:
    try:
        return parse_asset_id(cursor) if cursor else None
    except InvalidError as error:
        raise InvalidError(
            "The cursor is not one of this list.",
            "Take `next_cursor` of the page before, as it is.",
        ) from error


def _look_through(world: World, registry: str, after: AssetRef | None) -> Iterator[Outdated | str]:
    """Yield what is to be archived after a version, and what could not be judged."""
    policy = world.policy.current()
    needs = Needs(world, policy)
    rules = [each for each in _rules(policy) if registry.lower() in {"", each[0].lower()}]
    for name, rule in sorted(rules, key=lambda each: each[0].lower()):
        for kind in sorted(_kinds(policy, name)):
            if after is None or (name.lower(), kind) >= _place(after)[:2]:
                yield from _of_kind(world, Registry(name), kind, rule, needs, after)


def _of_kind(
    world: World,
    registry: Registry,
    kind: AssetKind,
    rule: Retention,
    needs: Needs,
    after: AssetRef | None,
) -> Iterator[Outdated | str]:
    asset = AssetRef(home=registry, kind=kind, name="", version="")
    try:
        for name in sorted(each.name for each in world.registries.names(registry, kind)):
            asset = asset.moved(registry, name=name)
            if after is None or _place(asset) >= _place(after):
                yield from _outdated(world, asset, rule, needs, after)
    except PromotionError as error:
        # Whatever keeps one name from being read is likely to keep the next one: the kind is left for later.
        yield _not_judged(asset, error)


def _outdated(
    world: World, asset: AssetRef, rule: Retention, needs: Needs, after: AssetRef | None
) -> Iterator[Outdated | str]:
    versions = world.registries.versions(asset)
    try:
        found, current = outdated(rule, versions, world.clock.now()), in_use(versions)
    except ValueError as error:
        yield _not_judged(asset, error)
        return
    for version in _beyond(found, asset, after):
        free = _free(world, asset, version, current)
        if free is not None and not needs.of(free.asset):
            yield free


def _beyond(
    found: tuple[TargetVersion, ...], asset: AssetRef, after: AssetRef | None
) -> tuple[TargetVersion, ...]:
    names = [each.version for each in found]
    if after is None or _place(asset) != _place(after) or after.version not in names:
        return found
    return found[names.index(after.version) + 1 :]


def _place(asset: AssetRef) -> tuple[str, str, str]:
    return asset.home.name.lower(), asset.kind.value, asset.name


def _not_judged(asset: AssetRef, error: Exception) -> str:
    what = f"{asset.home.name}/{asset.kind}/{asset.name}".rstrip("/")
    _log.error("retention cannot be judged", extra={"what": what, "reason": str(error)})
    return f"{what}: {error}"


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
