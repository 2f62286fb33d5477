"""What a well-typed policy can still get wrong: every problem, with the place it is at. Pure.

A place is a path of field names and list positions, `("routes", "dev-to-prod", "stages", 0, "quorum")`;
whoever read the file knows the line.
"""

from collections.abc import Iterator

from promotion.domain.policy.soundness.between import problems_between
from promotion.domain.policy.soundness.found import Unsound
from promotion.domain.policy.soundness.links import link_problems
from promotion.domain.policy.soundness.registries import registry_problems
from promotion.domain.policy.soundness.routes import route_problems
from promotion.domain.policy.whole import Policy

__all__ = ["Unsound", "problems_of"]


def problems_of(policy: Policy) -> Iterator[Unsound]:
    """Yield everything that is wrong with a policy as its file says it, before anything is inherited."""
    if not policy.routes:
        yield Unsound(("routes",), "there is no route", "Add one: nothing travels without.")
    for name in policy.routes:
        yield from route_problems(policy, name)
    for name in policy.registries:
        yield from registry_problems(policy, name)
    yield from link_problems(policy)
    yield from problems_between(policy)
