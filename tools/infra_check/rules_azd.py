"""What azd and its hooks need: parameters, outputs, files; and names that fit Azure's limits."""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from tools.infra_check import facts
from tools.infra_check.combinations import LONGEST_NAME, deployment
from tools.infra_check.project import MAIN, Project
from tools.infra_check.tree import Finding, Place
from tools.infra_check.world import World, reach

_PARAMETERS: Final = "infra/main.parameters.json"
#: Source: "Naming rules and restrictions for Azure resources" on Microsoft Learn.
_NAMES: Final = {
    "Microsoft.Storage/storageAccounts": r"[a-z0-9]{3,24}",
    "Microsoft.KeyVault/vaults": r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]",
    "Microsoft.ContainerRegistry/registries": r"[a-zA-Z0-9]{5,50}",
    "Microsoft.MachineLearningServices/registries": r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}",
    "Microsoft.MachineLearningServices/workspaces": r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}",
    "Microsoft.EventGrid/topics": r"[a-zA-Z0-9-]{3,50}",
    "Microsoft.Web/sites": r"[a-zA-Z0-9][a-zA-Z0-9-]{0,58}[a-zA-Z0-9]",
    "Microsoft.Communication/communicationServices": r"[a-zA-Z0-9-]{1,63}",
}


def check(project: Project) -> Iterator[Finding]:
    """Yield what azd would stumble over."""
    yield from _parameters(project)
    yield from _hooks(project)
    yield from _limits(project)


def check_tags(world: World) -> Iterator[Finding]:
    """Yield resources that could carry the deployment's tag and do not: azd would not find them."""
    for each in world.rendering.made:
        schema = world.project.schemas[each.type]
        takes = any(stated["name"] == "tags" for stated in schema.body.get("properties", []))
        # What is inside of another resource goes with it.
        if takes and each.type.count("/") == 1 and reach(each.body, "tags.azd-env-name") is None:
            yield world.say(each, "has no tag azd-env-name")


def _parameters(project: Project) -> Iterator[Finding]:
    given: dict[str, Any] = project.json(_PARAMETERS)["parameters"]
    declared = {each.name: each for each in project.templates[MAIN].all("param")}
    for name in sorted(set(given) - set(declared)):
        yield _at(_PARAMETERS, f"{MAIN} has no parameter {name}")
    for name, parameter in declared.items():
        if name not in given and not parameter.decorator("secure"):
            yield _at(_PARAMETERS, f"{name} cannot be set through azd")


def _hooks(project: Project) -> Iterator[Finding]:
    azure = yaml.safe_load(project.text("azure.yaml"))
    commands = re.findall(r"(infra/hooks/\w+\.py)", project.text("azure.yaml"))
    for path in sorted(set(commands)):
        if not project.exists(path):
            yield _at("azure.yaml", f"there is no {path}")
    infra = azure.get("infra", {})
    if f"{infra.get('path')}/{infra.get('module')}.bicep" != MAIN:
        yield _at("azure.yaml", f"infra has to lead to {MAIN}")
    service = azure.get("services", {}).get("app", {})
    if (service.get("host"), service.get("language")) != ("function", "py"):
        yield _at("azure.yaml", "the service app is a Python function app")
    known = {each.name for each in project.templates[MAIN].all("output")} | facts.AZD_SETS
    known |= set(re.findall(r"\$\{(\w+)", project.text(_PARAMETERS)))
    for path in sorted(set(commands)):
        if project.exists(path):
            for name in re.findall(r"setting\(['\"](\w+)['\"]\)", project.text(path)):
                if name not in known:
                    yield _at(path, f"{name} is no output of {MAIN}")


def _limits(project: Project) -> Iterator[Finding]:
    made = [
        each
        for name in ("two-registries-public", "central-public")
        for each in deployment(project, name, environmentName=LONGEST_NAME).made
    ]
    for each in made:
        pattern = _NAMES.get(each.type)
        if pattern and not re.fullmatch(pattern, each.name):
            yield _at(each.source, f"{each.type}: {each.name!r} does not fit {pattern}")


def _at(file: str, text: str) -> Finding:
    return Finding(Place(file=file, line=1, column=1), text)
