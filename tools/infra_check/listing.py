"""Prints a deployment for people to review: what is made, who may do what, how the app is set, what it holds.

Knows the rendering, no template and no rule.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from tools.infra_check.facts import BUILT_IN_ROLES
from tools.infra_check.paper import Made, RenderError
from tools.infra_check.rendering import Rendering

_ROLES: Final = {role: name for name, role in BUILT_IN_ROLES.items()}
_ASSIGNMENT: Final = "Microsoft.Authorization/roleAssignments"
_DEFINITION: Final = "Microsoft.Authorization/roleDefinitions"


def listing(combination: str, rendering: Rendering) -> str:
    """Return the listing of a deployment, one line a fact, in a fixed order."""
    made = rendering.made
    parts = {
        "Resources": sorted(_resources(made)),
        "Who may do what": sorted(_assignments(made)),
        "What the custom roles allow": sorted(_definitions(made)),
        "Settings of the app": sorted(_settings(made)),
        "Outputs": [f"{name} = {value}" for name, value in rendering.outputs.items()],
        "Everything that is set": sorted(_everything(made)),
    }
    sections = ["\n".join([f"## {title} ({len(lines)})", *lines]) for title, lines in parts.items()]
    return "\n\n".join([f"# {combination}", *sections]) + "\n"


def _resources(made: list[Made]) -> Iterator[str]:
    for each in made:
        if each.type not in {_ASSIGNMENT, _DEFINITION}:
            yield f"{each.type} {each.name}{f' on {_short(each.scope)}' if each.scope else ''}"


def _assignments(made: list[Made]) -> Iterator[str]:
    custom = {
        each.id: each.body["properties"]["roleName"] for each in made if each.type == _DEFINITION
    }
    for each in made:
        if each.type == _ASSIGNMENT:
            properties = each.body["properties"]
            role = properties["roleDefinitionId"]
            name = custom.get(role) or _ROLES.get(role.rpartition("/")[2], f"unknown role {role}")
            yield f"{who(each)} | {name} | {_short(each.scope)}"


def _definitions(made: list[Made]) -> Iterator[str]:
    for each in made:
        if each.type == _DEFINITION:
            properties = each.body["properties"]
            for permission in properties["permissions"]:
                for action in permission["actions"]:
                    yield f"{properties['roleName']} | may {action}"
                for action in permission["notActions"]:
                    yield f"{properties['roleName']} | may not {action}"


def _settings(made: list[Made]) -> Iterator[str]:
    for name, value in settings(made).items():
        yield f"{name} = {value}"


def settings(made: list[Made]) -> dict[str, Any]:
    """Return the app settings of a deployment.

    Raises:
        RenderError: there are none.
    """
    for each in made:
        if each.type == "Microsoft.Web/sites/config" and each.name.endswith("/appsettings"):
            properties: dict[str, Any] = each.body["properties"]
            return properties
    raise RenderError("the app has no settings (a config named appsettings)")


def _everything(made: list[Made]) -> Iterator[str]:
    for each in made:
        if not each.name.endswith("/appsettings"):
            for path, value in _leaves(each.body):
                if path not in {"name", "tags.azd-env-name", "tags.product"}:
                    yield f"{each.type.partition('/')[2]} {each.name}: {path} = {value}"


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 -- a JSON tree
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{number}]")
    else:
        yield path, str(value)


def who(assignment: Made) -> str:
    """Return whom a role is given to: an identity by its name, what is brought along as it is written."""
    principal: str = assignment.body["properties"]["principalId"]
    return re.sub(r"<userAssignedIdentities (.*)\.properties\.principalId>", r"\1", principal)


def _short(place: str) -> str:
    return place.rpartition("/providers/")[2]
