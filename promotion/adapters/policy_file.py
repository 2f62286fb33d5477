"""The policy from a YAML file. Knows the file's form; what the policy means is the domain's."""

from pathlib import Path
from typing import Any

import msgspec
import yaml

from promotion.domain.errors import BrokenError
from promotion.domain.policy import MetricThreshold, Policy


class PolicyFile:
    """A policy read once a process: it is deployed with the app, reviewed like code."""

    def __init__(self, path: Path) -> None:
        """Read `path` when the policy is first asked for."""
        self._path = path
        self._policy: Policy | None = None

    def current(self) -> Policy:
        """Return the policy.

        Raises:
            BrokenError: the file is missing or not a valid policy.
        """
        if self._policy is None:
            self._policy = read_policy(self._path)
        return self._policy


def read_policy(path: Path) -> Policy:
    """Return the policy of a file.

    Raises:
        BrokenError: the file is missing or not a valid policy, with the place in it.
    """
    try:
        content = yaml.safe_load(path.read_bytes())
    except OSError as error:
        raise BrokenError(
            f"The policy {path.name} cannot be read: {error.strerror}.",
            "Put it beside host.json, or name another with PROMOTION_POLICY_FILE.",
        ) from error
    except yaml.YAMLError as error:
        raise BrokenError(f"The policy {path.name} is not YAML: {error}.") from error
    return decode_policy(content, path.name)


def decode_policy(content: Any, name: str) -> Policy:  # noqa: ANN401 -- whatever YAML holds
    """Return the policy that decoded YAML stands for.

    Raises:
        BrokenError: it is not a valid policy.
    """
    try:
        policy = msgspec.convert(content, Policy, strict=True)
    except msgspec.ValidationError as error:
        raise BrokenError(f"The policy {name} is not valid: {error}.") from error
    if problems := list(_problems(policy)):
        raise BrokenError(f"The policy {name} is not valid: {' '.join(problems)}")
    return policy


def _problems(policy: Policy) -> list[str]:
    found = [] if policy.routes else ["It has no routes."]
    for name, route in policy.routes.items():
        at = f"Route {name!r}"
        if bool(route.source.registry) == bool(route.source.workspace):
            found.append(f"{at}: the source names a registry or a workspace, exactly one of them.")
        if not route.checks:
            found.append(f"{at} has no checks: nothing may travel unchecked.")
        if not route.stages:
            found.append(f"{at} has no stages: nothing may travel without an approval.")
        found += [
            f"{at}, stage {stage.name!r}: it needs at least one role and a quorum of one or more."
            for stage in route.stages
            if not stage.roles or stage.quorum < 1
        ]
        names = [stage.name for stage in route.stages]
        found += [f"{at} has two stages {n!r}." for n in sorted(set(names)) if names.count(n) > 1]
        found += [
            f"{at}: the threshold for {check.metric!r} has no bound."
            for check in route.checks
            if isinstance(check, MetricThreshold) and check.at_least is check.at_most is None
        ]
    return found
