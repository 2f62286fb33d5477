"""Works out what a deployment makes: conditions, loops and names decided, the rest as readable text.

Where Azure would compute (ids, addresses, hashes) it writes what that stands for in angle brackets. An output of a module that is not deployed is an error here as it would be in Azure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from tools.infra_check import tree
from tools.infra_check.evaluation import Evaluation
from tools.infra_check.paper import Made, Reference, RenderError, Value
from tools.infra_check.project import MAIN, SUBSCRIPTION, Project
from tools.infra_check.tree import Declaration, Node

_NEEDED: Final = (
    "AZURE_RESOURCE_GROUP",
    "PROMOTION_APP_ID",
    "PROMOTION_DEAD_LETTER_ACCOUNT_ID",
    "PROMOTION_DEAD_LETTER_CONTAINER",
    "PROMOTION_SYSTEM_TOPIC",
    "PROMOTION_SYSTEM_TOPIC_GROUP",
    "PROMOTION_TARGET_REGISTRY",
)


@dataclass
class Rendering(Evaluation):
    """One template with its parameters; `made` has what it and its modules deploy."""

    def run(self) -> "Rendering":
        """Deploy, on paper."""
        for declared in self.template.all("resource", "module"):
            self.symbol(declared.name)
        return self

    @cached_property
    def outputs(self) -> dict[str, Value]:
        """The outputs' values."""
        self.run()
        return {
            each.name: self.value(each.value, {})
            for each in self.template.all("output")
            if each.value
        }

    @cached_property
    def _symbols(self) -> dict[str, Value]:
        return {}

    def symbol(self, name: str) -> Value:
        """Return what a declared name stands for."""
        if name not in self._symbols:
            declared = self.template.find(name)
            if declared is None:
                raise RenderError(f"{self.template.file}: {name} is not declared")
            self._symbols[name] = self._declared(declared)
        return self._symbols[name]

    def _declared(self, declared: Declaration) -> Value:
        match declared.sort:
            case "param" if declared.name in self.given:
                return self.given[declared.name]
            case "param" | "var" if declared.value:
                return self.value(declared.value, {})
            case "resource" | "module" if declared.value:
                return self._deployed(declared, declared.value, {})
        raise RenderError(f"{declared.place}: {declared.name} has no value")

    def _deployed(self, declared: Declaration, value: Node, local: Mapping[str, Value]) -> Value:
        match value:
            case tree.Loop():
                return [
                    self._deployed(declared, value.body, inner)
                    for inner in self.turns(value, local)
                ]
            case tree.Guard():
                if not self.value(value.condition, local):
                    return None
                return self._deployed(declared, value.body, local)
            case tree.Object() if declared.sort == "module":
                return self._module(declared, value, local)
            case tree.Object():
                return self._resource(declared, value, local)
        raise RenderError(f"{declared.place}: {declared.name} has no body")

    def _resource(
        self, declared: Declaration, body: tree.Object, local: Mapping[str, Value]
    ) -> Reference:
        kind = declared.kind.partition("@")[0]
        name, parent = self._part(body, "name", local), self._part(body, "parent", local)
        scope = self._part(body, "scope", local)
        path = f"{parent.path}/{name}" if isinstance(parent, Reference) else str(name)
        reference = Reference(kind, str(name), self._id(kind, str(name), parent, scope), {}, path)
        if declared.existing:
            return reference
        content = {
            str(each.key): self.value(each.value, local)
            for each in body.properties
            if each.key not in {"parent", "scope", "dependsOn"}
        }
        self.made.append(
            Made(
                type=kind,
                name=path,
                id=reference.id,
                scope=scope.id if isinstance(scope, Reference) else "",
                body=content,
                source=self.template.file,
            )
        )
        return replace(reference, body=content)

    def _id(self, kind: str, name: str, parent: Value, scope: Value) -> str:
        provider, *types = kind.split("/")
        if isinstance(parent, Reference):
            return f"{parent.id}/{types[-1]}/{name}"
        within = scope.id if isinstance(scope, Reference) else ""
        if kind == "Microsoft.Resources/resourceGroups":
            return f"/subscriptions/{self.subscription}/resourceGroups/{name}"
        within = within or f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
        return f"{within}/providers/{provider}/{types[-1]}/{name}"

    def _module(
        self, declared: Declaration, body: tree.Object, local: Mapping[str, Value]
    ) -> Value:
        template = self.project.module(self.template, declared)
        if template is None:
            raise RenderError(f"{declared.place}: {declared.kind} is no template")
        scope, params = self._part(body, "scope", local), body.get("params")
        group, subscription = self.group, self.subscription
        if isinstance(scope, Reference):
            group = scope.name
        elif isinstance(scope, dict):
            group, subscription = scope["name"], scope["subscription"]
        inner = Rendering(
            self.project,
            template,
            self.value(params, local) if params else {},
            group,
            subscription,
            self.made,
        )
        return {"outputs": inner.outputs, "name": declared.name}

    def _part(self, body: tree.Object, key: str, local: Mapping[str, Value]) -> Value:
        node = body.get(key)
        return self.value(node, local) if node else None


def render(project: Project, given: Mapping[str, Value]) -> Rendering:
    """Return the whole deployment, with the subscription to events, for some parameters.

    Raises:
        RenderError: something cannot be worked out.
    """
    main = Rendering(project, project.templates[MAIN], given, "")
    outputs = main.outputs
    for name in _NEEDED:
        if name not in outputs:
            raise RenderError(f"{MAIN}: the output {name} is missing")
    second = project.templates[SUBSCRIPTION]
    events = {
        "systemTopicName": outputs["PROMOTION_SYSTEM_TOPIC"],
        "functionAppId": outputs["PROMOTION_APP_ID"],
        "deadLetterAccountId": outputs["PROMOTION_DEAD_LETTER_ACCOUNT_ID"],
        "deadLetterContainer": outputs["PROMOTION_DEAD_LETTER_CONTAINER"],
    }
    group = outputs["PROMOTION_SYSTEM_TOPIC_GROUP"]
    Rendering(project, second, events, group, made=main.made).run()
    return main
