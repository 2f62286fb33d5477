"""What can be wrong with where a route leads, and between routes that lead to the same names. Knows no request."""

import itertools
from collections.abc import Iterator
from typing import Final

from promotion.domain.assets import MAX_NAME_LENGTH, legal_name
from promotion.domain.policy.plain_checks import VersionRule
from promotion.domain.policy.routes import VERSION_TAG, Route, Target
from promotion.domain.policy.soundness.found import Path, Unsound
from promotion.domain.policy.template import Part, TemplateError, fill, parse, uses
from promotion.domain.policy.travelling import overlap
from promotion.domain.policy.whole import Policy

#: Stands for what is not known before an asset comes: a character that no template can hold.
_ANY: Final = "*"


def target_problems(policy: Policy, route: Route, path: Path) -> Iterator[Unsound]:
    """Yield what is wrong with a route's target; `path` leads to it."""
    target = route.target
    yield from _tag(target, path)
    yield from _scheme(policy, route, path)
    try:
        parts = parse(target.name) if target.name else ()
    except TemplateError as error:
        yield Unsound((*path, "name"), f"in the template, {error}")
        return
    yield from _environment(target, parts, path)
    if parts:
        yield from _name(target, parts, path)


def shared_names(policy: Policy) -> Iterator[Unsound]:
    """Yield routes whose assets would get the names of another route's, and with them its versions."""
    for (first, one), (second, other) in itertools.combinations(policy.routes.items(), 2):
        if overlap(one.source, other.source) or not _meet(one, other):
            continue
        if one.target.version == other.target.version and (
            # Counted versions are given once, and plain names are the sources' own business.
            one.target.version == "next" or (one.target.keeps and other.target.keeps)
        ):
            continue
        yield Unsound(
            ("routes", second, "target"),
            f"its assets get the same names in {other.target.registry!r} as those of the route {first!r}",
            "Tell them apart in `name`, by {environment} for example, or give both `version: next`.",
        )


def _tag(target: Target, path: Path) -> Iterator[Unsound]:
    if not target.version_tag.strip() or target.version_tag != target.version_tag.strip():
        yield Unsound((*path, "version_tag"), f"{target.version_tag!r} is no tag", "Write semver.")
    elif target.version != "semver" and target.version_tag != VERSION_TAG:
        yield Unsound(
            (*path, "version_tag"),
            f"a tag is named, but the version is {target.version!r}",
            "Write `version: semver`, or leave the tag out.",
        )


def _scheme(policy: Policy, route: Route, path: Path) -> Iterator[Unsound]:
    made = {"next": "integer", "semver": "semver"}.get(route.target.version)
    checks = route.checks or policy.registry(route.target.registry).checks
    for check in checks:
        if made and isinstance(check, VersionRule) and check.scheme != made:
            yield Unsound(
                (*path, "version"),
                f"it is {route.target.version!r}, but the check version_rule wants {check.scheme}",
                f"Write `scheme: {made}` there.",
            )


def _environment(target: Target, parts: tuple[Part, ...], path: Path) -> Iterator[Unsound]:
    if uses(parts, "environment") and not target.environment:
        yield Unsound(
            (*path, "name"),
            "the template uses {environment}, but none is set",
            "Add `environment: prod`.",
        )
    if target.environment and not uses(parts, "environment"):
        yield Unsound((*path, "environment"), "the name does not use {environment}")
    elif target.environment and not legal_name(target.environment):
        yield Unsound((*path, "environment"), f"{target.environment!r} cannot stand in a name")


def _name(target: Target, parts: tuple[Part, ...], path: Path) -> Iterator[Unsound]:
    at = (*path, "name")
    if not uses(parts, "model"):
        yield Unsound(at, "every asset would get the same name", "Put {model} into it.")
    if uses(parts, "version") and target.version != "same":
        yield Unsound(
            at,
            f"it holds {{version}}, but `version: {target.version}` is found out for a name",
            "Leave {version} out.",
        )
    shortest = fill(parts, _values(target, "m"))
    if len(shortest) > MAX_NAME_LENGTH:
        yield Unsound(at, f"names would be longer than {MAX_NAME_LENGTH} characters", "Shorten it.")
    elif not legal_name(shortest) and (not target.environment or legal_name(target.environment)):
        yield Unsound(
            at,
            f"{shortest!r} would be no name for an asset",
            "Begin it with a letter or a digit.",
        )


def _meet(one: Route, other: Route) -> bool:
    same_end = one.target.registry.lower() == other.target.registry.lower()
    try:
        alike = _shape(one.target) == _shape(other.target)
    except TemplateError:
        return False
    return same_end and alike and bool(set(one.kinds) & set(other.kinds))


def _shape(target: Target) -> str:
    return fill(parse(target.name), _values(target, _ANY)) if target.name else _ANY


def _values(target: Target, unknown: str) -> dict[str, str]:
    return {
        "model": unknown,
        "version": unknown,
        "registry": target.registry,
        # One that is missing is told as such.
        "environment": target.environment or unknown,
    }
