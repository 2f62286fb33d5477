"""Which rules hold for a version that is in a target: the routes that lead there, who decides on an order. Pure."""

from collections.abc import Iterator

from promotion.domain.assets import AssetRef, Registry
from promotion.domain.orders import Verb
from promotion.domain.policy.routes import Route
from promotion.domain.policy.stages import StageSpec
from promotion.domain.policy.whole import Policy


def routes_into(policy: Policy, target: AssetRef) -> tuple[str, ...]:
    """Return the names of the routes by which such an asset gets into the registry, in the policy's order."""
    # Azure resource names compare without case.
    return tuple(
        name
        for name, route in policy.routes.items()
        if Registry(route.target.registry).path.lower() == target.home.path.lower()
        and target.kind in route.brings
    )


def every_stage(policy: Policy) -> Iterator[StageSpec]:
    """Yield the stages of everything that can be asked."""
    for route in policy.routes.values():
        yield from route.stages
    for settings in policy.registries.values():
        yield from (*settings.withdrawal.stages, *settings.restoration.stages)


def order_stages(policy: Policy, verb: Verb, route: Route) -> tuple[StageSpec, ...]:
    """Return who must agree to an order about what is in the route's target.

    What it takes to get in, it takes to get out and back, unless the registry has a rule of its own.
    """
    settings = policy.registry(route.target.registry)
    rule = settings.restoration if verb is Verb.RESTORE else settings.withdrawal
    return rule.stages or route.stages
