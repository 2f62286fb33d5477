"""What can be wrong with the settings of one registry. Knows no route but those that lead there."""

import datetime as dt
from collections.abc import Iterator

from promotion.domain.policy.registries import Notifications, RegistrySettings, Retention
from promotion.domain.policy.soundness.checks import check_problems
from promotion.domain.policy.soundness.found import ADDRESS, Path, Unsound, iso, near
from promotion.domain.policy.soundness.stages import stage_problems
from promotion.domain.policy.stages import StageSpec
from promotion.domain.policy.whole import Policy


def registry_problems(policy: Policy, name: str) -> Iterator[Unsound]:
    """Yield what is wrong with the settings of the registry of that name."""
    path: Path = ("registries", name)
    settings = policy.registries[name]
    if not name.strip():
        yield Unsound(path, "a registry has no name")
    yield from check_problems((*path, "checks"), settings.checks)
    yield from stage_problems((*path, "stages"), settings.stages)
    for rule, stages in _rules(settings):
        yield from stage_problems((*path, rule, "stages"), stages)
    if settings.retention is not None:
        yield from _retention((*path, "retention"), settings.retention)
    if settings.notifications is not None:
        known = _stages_into(policy, name, settings)
        yield from notification_problems((*path, "notifications"), settings.notifications, known)


def notification_problems(
    path: Path,
    notifications: Notifications,
    stages: tuple[StageSpec, ...],
) -> Iterator[Unsound]:
    """Yield what is wrong with lists of recipients for these stages."""
    yield from _addresses((*path, "everyone"), notifications.everyone)
    for field, lists, known in (
        ("stages", notifications.stages, {stage.name for stage in stages}),
        ("roles", notifications.roles, {role for stage in stages for role in stage.roles}),
    ):
        for name, addresses in lists.items():
            here = (*path, field, name)
            if name not in known:
                what = field.removesuffix("s")
                yield Unsound(here, f"no stage here is for the {what} {name!r}", near(name, known))
            yield from _addresses(here, addresses)


def _addresses(path: Path, addresses: tuple[str, ...]) -> Iterator[Unsound]:
    for number, address in enumerate(addresses):
        if not ADDRESS.fullmatch(address):
            yield Unsound(
                (*path, number),
                f"{address[:100]!r} is no plain mail address",
                "Write name@example.org.",
            )


def _retention(path: Path, retention: Retention) -> Iterator[Unsound]:
    if retention.keep_last is None and retention.archive_after is None:
        yield Unsound(path, "it keeps everything", "Set keep_last or archive_after.")
    if retention.archive_after is not None and retention.archive_after < dt.timedelta(0):
        yield Unsound((*path, "archive_after"), f"{iso(retention.archive_after)} is below zero")


def _stages_into(
    policy: Policy,
    name: str,
    settings: RegistrySettings,
) -> tuple[StageSpec, ...]:
    routes = [r for r in policy.routes.values() if r.target.registry.lower() == name.lower()]
    rules = (stage for _, stages in _rules(settings) for stage in stages)
    return (*settings.stages, *(stage for route in routes for stage in route.stages), *rules)


def _rules(settings: RegistrySettings) -> Iterator[tuple[str, tuple[StageSpec, ...]]]:
    yield "withdrawal", settings.withdrawal.stages
    yield "restoration", settings.restoration.stages
