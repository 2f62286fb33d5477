"""What an asset needs, all the way down: found, ordered, refused with the path that leads there. Pure.

What an asset needs is in the same home as it is. A route's rules say what becomes of each kind; whatever they
do not mention is refused.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from promotion.domain.assets import AssetDescription, AssetRef, Home
from promotion.domain.dependencies import Naming, Way
from promotion.domain.errors import ConflictError, InvalidError, NotFoundError
from promotion.domain.naming import named_asset, references
from promotion.domain.policy.dependencies import Dependencies

#: More than this is no model with what it needs, but somebody's mistake.
MOST: Final = 100


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that another one needs, as it was found."""

    #: Of one that stays where it is, its id alone: nothing was looked at.
    description: AssetDescription
    way: Way
    named: tuple[Naming, ...]

    @property
    def asset(self) -> AssetRef:
        """Which one it is."""
        return self.description.ref


def closure(
    root: AssetDescription,
    rules: Dependencies,
    look: Callable[[AssetRef], AssetDescription],
) -> tuple[Needed, ...]:
    """Return everything that an asset needs, each once, what is needed before what needs it.

    Args:
        root: the asset.
        rules: what the route allows.
        look: describes an asset of the same home; raises NotFoundError where there is none.

    Raises:
        ConflictError: a circle, something missing, foreign or not allowed, or too much of it; the message
            has the path that leads there.
    """
    walk = _Walk(rules, look)
    walk.into(root, (root.ref,))
    return tuple(walk.found.values())


class _Walk:
    """One way through the references, depth first: an asset is noted once everything it needs is."""

    def __init__(self, rules: Dependencies, look: Callable[[AssetRef], AssetDescription]) -> None:
        self._rules = rules
        self._look = look
        self.found: dict[AssetRef, Needed] = {}

    def into(self, description: AssetDescription, path: tuple[AssetRef, ...]) -> None:
        for where, text in references(description, self._rules.named_by):
            naming = Naming(by=description.ref.id, where=where)
            self._follow(naming, _named(description.ref.home, text, path, where), path)

    def _follow(self, naming: Naming, asset: AssetRef, path: tuple[AssetRef, ...]) -> None:
        way = (*path, asset)
        if asset in path:
            raise _refusal(way, "they need each other", "Register a version that does not.")
        if known := self.found.get(asset):
            named = (*known.named, naming)
            self.found[asset] = msgspec.structs.replace(known, named=named)
            return
        becomes = self._way(way)
        stays = becomes is Way.STAYS
        description = AssetDescription(ref=asset) if stays else self._described(way)
        if becomes is Way.TRAVELS:
            self.into(description, way)
        if len(self.found) == MOST:
            raise _refusal(way, f"these are more than {MOST}", "Split what is promoted.")
        self.found[asset] = Needed(description=description, way=becomes, named=(naming,))

    def _way(self, path: tuple[AssetRef, ...]) -> Way:
        asset, root = path[-1], path[0]
        if asset.home != root.home:
            if asset.home.name.lower() in {name.lower() for name in self._rules.stay}:
                return Way.STAYS
            raise _refusal(
                path,
                f"it is in {asset.home.name}, not in {root.home.name}",
                "Register a version that refers to one beside it, or have the route name that "
                "registry under `dependencies.stay`.",
            )
        if asset.kind in self._rules.travel:
            return Way.TRAVELS
        if asset.kind in self._rules.present:
            return Way.PRESENT
        raise _refusal(
            path,
            f"the route lets no {asset.kind} travel along",
            f"Have it list {asset.kind} under `dependencies.travel` or `dependencies.present`, or "
            "register a version that needs none.",
        )

    def _described(self, path: tuple[AssetRef, ...]) -> AssetDescription:
        *_, asset = path
        try:
            return self._look(asset)
        except NotFoundError as error:
            raise _refusal(
                path,
                f"it is not there: {error.problem}",
                f"Share it to {asset.home.name}, then ask again.",
            ) from error


def _named(home: Home, text: str, path: tuple[AssetRef, ...], where: str) -> AssetRef:
    try:
        return named_asset(home, text)
    except InvalidError as error:
        raise _refusal(
            path,
            f"what it names under {where} cannot travel. {error.problem}",
            "Register a version that names one version of an asset.",
        ) from error


def _refusal(path: tuple[AssetRef, ...], why: str, remedy: str) -> ConflictError:
    way = " -> ".join(f"{each.kind.singular} {each.label}" for each in path)
    return ConflictError(f"{way}: {why.removesuffix('.')}.", remedy)
