"""What can be wrong with what a route says about needed assets. Knows nothing else of the route."""

from collections.abc import Iterator

from promotion.domain.assets import AssetKind
from promotion.domain.policy.outside_checks import RequiredEvidence
from promotion.domain.policy.routes import Route
from promotion.domain.policy.soundness.checks import check_problems
from promotion.domain.policy.soundness.found import Path, Unsound, blank, doubled


def dependency_problems(path: Path, route: Route) -> Iterator[Unsound]:
    """Yield what is wrong with a route's `dependencies`, which are at `path`."""
    rules = route.dependencies
    yield from doubled((*path, "travel"), rules.travel, "the kind")
    yield from doubled((*path, "present"), rules.present, "the kind")
    for field, kinds in (("travel", rules.travel), ("present", rules.present)):
        if AssetKind.MIGRATIONS in kinds:
            yield Unsound((*path, field), "no asset needs a migration", "Take it out.")
    for kind in sorted({*rules.travel} & {*rules.present}):
        yield Unsound(
            (*path, "present"),
            f"{kind} both travel along and have to be there already",
            "List them under one of the two.",
        )
    yield from blank((*path, "named_by"), rules.named_by, "tag")
    yield from doubled((*path, "named_by"), rules.named_by, "the tag")
    yield from _staying(path, route)
    yield from _checked(path, route)


def _staying(path: Path, route: Route) -> Iterator[Unsound]:
    stay = route.dependencies.stay
    yield from blank((*path, "stay"), stay, "registry")
    yield from doubled((*path, "stay"), stay, "the registry")
    own = {route.source.registry.lower(), route.target.registry.lower()}
    for number, name in enumerate(stay):
        if name.lower() in own:
            yield Unsound(
                (*path, "stay", number),
                f"{name!r} is an end of the route",
                "What is in the source travels or is present: list its kind there.",
            )


def _checked(path: Path, route: Route) -> Iterator[Unsound]:
    rules = route.dependencies
    if rules.travel and not rules.checks:
        yield Unsound(
            (*path, "checks"),
            "what travels along has no checks: nothing may travel unchecked",
            "List at least one.",
        )
    if rules.checks and not rules.travel:
        yield Unsound((*path, "checks"), "nothing travels along", "Leave them out.")
    yield from check_problems((*path, "checks"), rules.checks)
    for number, check in enumerate(rules.checks):
        if isinstance(check, RequiredEvidence):
            yield Unsound(
                (*path, "checks", number),
                "evidence is about the asset that was asked for, not about what it needs",
                "Require it under the route's own checks.",
            )
