"""Find which versions have to stay because others need them. Reads only; knows no rule of retention.

What is in use may name environments, components, data and models that are old by themselves: a version that
is not archived does, in any registry that routes lead into, and so does what people are asked about or have
agreed to. What is named is followed through archived versions, too. Who refers to a registry from elsewhere,
a deployment say, is not known here: the tag that holds a version is for these.
"""

from collections.abc import Iterator
from typing import Final

from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry
from promotion.domain.errors import DamagedError, InvalidError
from promotion.domain.naming import named_asset, references
from promotion.domain.policy import Policy
from promotion.domain.request import State
from promotion.ports import EVER, Damage, Query, World
from promotion.usecases.paging import every

#: In these a request may still bring its asset, and counts on what that needs.
_OPEN: Final = tuple(each for each in State if not each.terminal or each is State.FAILED)


class Needs:
    """What is needed, looked up once and only when somebody asks."""

    def __init__(self, world: World, policy: Policy) -> None:
        self._world = world
        self._policy = policy
        self._found: dict[AssetRef, str] | None = None

    def of(self, asset: AssetRef) -> str:
        """Return the id of what needs a version (an asset or a request); empty when nothing does.

        Raises:
            DamagedError: a request cannot be read back, so that nobody knows what it needs.
            PromotionError: a registry cannot be looked through.
        """
        if self._found is None:
            self._found = _needed(self._world, self._policy)
        return self._found.get(_key(asset), "")


def _needed(world: World, policy: Policy) -> dict[AssetRef, str]:
    named_by = tuple(
        name for route in policy.routes.values() for name in route.dependencies.named_by
    )
    names: dict[AssetRef, tuple[AssetRef, ...]] = {}
    ways = list(_counted_on(world))
    for each in _versions(world, policy, whole=bool(named_by)):
        own = _key(each.ref)
        names[own] = tuple(_named(each, named_by))
        if not each.archived:
            ways += [(name, each.ref.id) for name in names[own] if name != own]
    found: dict[AssetRef, str] = {}
    while ways:
        asset, by = ways.pop()
        if asset not in found:
            found[asset] = by
            ways += [(name, asset.id) for name in names.get(asset, ())]
    return found


def _versions(world: World, policy: Policy, *, whole: bool) -> Iterator[AssetDescription]:
    # Components alone name others in their definition; the rest only where the policy has tags read.
    kinds = tuple(AssetKind) if whole else (AssetKind.COMPONENTS,)
    registries = {route.target.registry.lower(): route.target for route in policy.routes.values()}
    for target in registries.values():
        home = Registry(target.registry)
        for kind in kinds:
            if kind is not AssetKind.MIGRATIONS:
                for each in world.registries.names(home, kind):
                    asset = AssetRef(home=home, kind=kind, name=each.name, version=each.latest)
                    yield from world.registries.recent(asset, EVER)


def _named(description: AssetDescription, named_by: tuple[str, ...]) -> Iterator[AssetRef]:
    for _, text in references(description, named_by):
        try:
            yield _key(named_asset(description.ref.home, text))
        except InvalidError:
            # It names no single version: a label, say, or something that is no asset.
            continue


def _counted_on(world: World) -> Iterator[tuple[AssetRef, str]]:
    for state in _OPEN:
        for request in every(world, Query(state=state), _untold):
            batch = request.asset.kind is AssetKind.MIGRATIONS
            brought = every(world, Query(batch=request.id), _untold)
            for one in brought if batch else (request,):
                if one.state in _OPEN:
                    yield from ((_key(each.target), one.id) for each in one.dependencies)


def _untold(damage: Damage) -> DamagedError:
    return DamagedError(
        f"What the request {damage.request_id} needs cannot be told: {damage.problem}",
        "Restore that record; nothing is archived until then.",
    )


def _key(asset: AssetRef) -> AssetRef:
    # Azure resource names compare without case.
    home = asset.home
    return asset.moved(Registry(home.name.lower()) if isinstance(home, Registry) else home)
