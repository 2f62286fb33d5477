"""What can be wrong with one route, seen alone. Knows nothing of other routes."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from promotion.domain.assets import AssetKind, workspace_of
from promotion.domain.policy.routes import Route
from promotion.domain.policy.soundness.checks import check_problems
from promotion.domain.policy.soundness.dependencies import dependency_problems
from promotion.domain.policy.soundness.found import (
    Path,
    Unsound,
    blank,
    doubled,
    iso,
    longer_than_nothing,
    near,
)
from promotion.domain.policy.soundness.registries import notification_problems
from promotion.domain.policy.soundness.stages import stage_problems
from promotion.domain.policy.soundness.targets import target_problems
from promotion.domain.policy.whole import Policy

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


def route_problems(policy: Policy, name: str) -> Iterator[Unsound]:
    """Yield what is wrong with the route of that name."""
    path: Path = ("routes", name)
    route = policy.routes[name]
    if not _NAME.fullmatch(name):
        yield Unsound(
            path, f"{name!r} is no name for a route", "Use letters, digits, `.`, `_`, `-`."
        )
    yield from _ends(policy, route, path)
    yield from _source(route, path)
    yield from _what(policy, route, path)
    yield from target_problems(policy, route, (*path, "target"))
    yield from check_problems((*path, "checks"), route.checks)
    yield from dependency_problems((*path, "dependencies"), route)
    yield from stage_problems((*path, "stages"), route.stages)
    yield from _times(route, path)
    if route.notifications is not None:
        stages = route.stages or policy.registry(route.target.registry).stages
        yield from notification_problems((*path, "notifications"), route.notifications, stages)


def _ends(policy: Policy, route: Route, path: Path) -> Iterator[Unsound]:
    source, target = route.source.registry, route.target.registry
    if not target.strip():
        yield Unsound((*path, "target", "registry"), "the target has no name")
    elif source.lower() == target.lower():
        yield Unsound((*path, "target", "registry"), f"source and target are both {target!r}")
    if not policy.registries:
        return
    known = {each.lower() for each in policy.registries}
    for place, registry in (("source", source), ("target", target)):
        if registry and registry.lower() not in known:
            yield Unsound(
                (*path, place, "registry"),
                f"the registry {registry!r} is not among `registries`",
                near(registry, policy.registries),
            )


def _source(route: Route, path: Path) -> Iterator[Unsound]:
    if bool(route.source.registry) == bool(route.source.workspace):
        yield Unsound(
            (*path, "source"),
            "the source names a registry or a workspace, exactly one of them",
        )
    if route.announced_by and route.source.workspace:
        yield Unsound(
            (*path, "announced_by"),
            "a workspace announces its own models; this is for registries",
            "Leave it out.",
        )
    yield from _workspaces((*path, "source", "workspace"), (route.source.workspace,))
    yield from _workspaces((*path, "announced_by"), route.announced_by)
    yield from blank((*path, "announced_by"), route.announced_by, "workspace")
    yield from doubled((*path, "announced_by"), route.announced_by, "the workspace")


def _workspaces(path: Path, names: tuple[str, ...]) -> Iterator[Unsound]:
    for name in names:
        if "/" in name and workspace_of(name) is None:
            yield Unsound(
                path,
                f"{name!r} is neither the name nor the resource id of a workspace",
                "Write /subscriptions/{id}/resourceGroups/{group}/providers/"
                "Microsoft.MachineLearningServices/workspaces/{name}.",
            )


def _what(policy: Policy, route: Route, path: Path) -> Iterator[Unsound]:
    inherited = policy.registry(route.target.registry)
    if not route.kinds:
        yield Unsound((*path, "kinds"), "no kind of asset travels here", "Write [models].")
    yield from doubled((*path, "kinds"), route.kinds, "the kind")
    if AssetKind.MIGRATIONS in route.kinds:
        yield Unsound(
            (*path, "kinds"),
            "a migration is no kind of asset: it moves those that travel here",
            "Take it out.",
        )
    if not route.checks and not inherited.checks:
        yield Unsound(
            (*path, "checks"),
            "it has no checks, and its target registry sets none: nothing may travel unchecked",
            "List at least one.",
        )
    if not route.stages and not inherited.stages:
        yield Unsound(
            (*path, "stages"),
            "it has no stages, and its target registry sets none: nothing may travel unapproved",
            "List at least one.",
        )


def _times(route: Route, path: Path) -> Iterator[Unsound]:
    if route.patience < dt.timedelta(0):
        yield Unsound(
            (*path, "patience"), f"{iso(route.patience)} is below zero", "Write PT0S or more."
        )
    yield from longer_than_nothing((*path, "expires_after"), route.expires_after)
    yield from longer_than_nothing((*path, "remind_every"), route.remind_every)
    yield from longer_than_nothing((*path, "escalate_after"), route.escalate_after)
    yield from blank((*path, "escalate_to"), route.escalate_to, "role")
    yield from doubled((*path, "escalate_to"), route.escalate_to, "the role")
    if route.escalate_after and not route.escalate_to:
        yield Unsound(
            (*path, "escalate_after"),
            "it escalates to nobody",
            "Name roles under escalate_to.",
        )
    if route.escalate_to and not route.escalate_after:
        yield Unsound(
            (*path, "escalate_to"),
            "it never escalates",
            "Set escalate_after, P3D for example.",
        )
    if route.escalate_after and route.escalate_after >= route.expires_after > dt.timedelta(0):
        yield Unsound(
            (*path, "escalate_after"),
            f"a request has expired (after {iso(route.expires_after)}) before it escalates",
            "Escalate earlier.",
        )
