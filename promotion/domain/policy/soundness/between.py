"""What can be wrong between routes: circles, and two routes that do the same. Knows no single route's parts."""

import graphlib
import itertools
from collections.abc import Iterator

from promotion.domain.assets import AssetKind
from promotion.domain.policy.routes import Route
from promotion.domain.policy.soundness.found import Unsound
from promotion.domain.policy.soundness.targets import shared_names
from promotion.domain.policy.travelling import overlap
from promotion.domain.policy.whole import Policy


def problems_between(policy: Policy) -> Iterator[Unsound]:
    """Yield what is wrong with the routes together."""
    yield from _names(policy)
    yield from _twins(policy)
    yield from shared_names(policy)
    yield from _circles(policy)


def _names(policy: Policy) -> Iterator[Unsound]:
    seen: dict[str, str] = {}
    for name in policy.registries:
        first = seen.setdefault(name.lower(), name)
        if first != name:
            yield Unsound(("registries", name), f"it is the same registry as {first!r}")


def _twins(policy: Policy) -> Iterator[Unsound]:
    routes = list(policy.routes.items())
    for number, (name, route) in enumerate(routes):
        twins = (
            (kind, first)
            for kind in route.kinds
            for first, one in routes[:number]
            if kind in one.kinds and _end(one) == _end(route) and overlap(one.source, route.source)
        )
        for kind, first in itertools.islice(twins, 1):
            yield Unsound(
                ("routes", name),
                f"it takes {kind} the same way as the route {first!r}",
                "Every such asset would ask twice for one target version: merge them.",
            )


def _circles(policy: Policy) -> Iterator[Unsound]:
    told: set[frozenset[str]] = set()
    for kind in AssetKind:
        circle = _circle(policy, kind)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            ends = set(itertools.pairwise(circle))
            last = max(
                (name for name, r in policy.routes.items() if (_start(r), _end(r)) in ends),
                key=list(policy.routes).index,
            )
            yield Unsound(
                ("routes", last),
                f"routes lead in a circle: {' -> '.join(circle)}",
                "An asset would travel for ever: remove one of them.",
            )


def _circle(policy: Policy, kind: AssetKind) -> list[str]:
    graph: dict[str, set[str]] = {}
    for route in policy.routes.values():
        # A route onto itself is told as such, by the route's own rules.
        if kind in route.kinds and _start(route) != _end(route):
            graph.setdefault(_end(route), set()).add(_start(route))
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def _start(route: Route) -> str:
    # Of a workspace nothing: no route ends in one, so it is in no circle.
    return route.source.registry.lower()


def _end(route: Route) -> str:
    return route.target.registry.lower()
