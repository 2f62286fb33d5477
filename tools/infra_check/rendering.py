"""Works out what a deployment makes: conditions, loops and names decided, the rest as readable text.

An own small evaluator, as no Bicep compiler is at hand offline. It knows the functions that our templates
decide with; where Azure would compute (ids, addresses, hashes) it writes what that stands for in angle
brackets. An output of a module that is not deployed is an error here as it would be in Azure.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from tools.infra_check import tree
from tools.infra_check.project import MAIN, SUBSCRIPTION, Project, beside
from tools.infra_check.tree import Declaration, Node, Template

type Value = Any

_NEEDED: Final = (
    "AZURE_RESOURCE_GROUP",
    "PROMOTION_APP_ID",
    "PROMOTION_DEAD_LETTER_ACCOUNT_ID",
    "PROMOTION_DEAD_LETTER_CONTAINER",
    "PROMOTION_SYSTEM_TOPIC",
    "PROMOTION_SYSTEM_TOPIC_GROUP",
    "PROMOTION_TARGET_REGISTRY",
)
_HASH: Final = "hashofnames00"
_ENVIRONMENT: Final = {
    "suffixes": {"storage": "core.windows.net"},
    "authentication": {"loginEndpoint": "https://login.microsoftonline.com/"},
}


class RenderError(Exception):
    """A template cannot be worked out; the text says where and why."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """One resource of a deployment."""

    type: str
    name: str
    id: str
    #: Where it belongs: its scope's id for extension resources, else empty.
    scope: str
    body: dict[str, Value]
    source: str


@dataclass(frozen=True)
class Reference:
    """A resource in an expression: what is not in its body is Azure's to say."""

    type: str
    name: str
    id: str
    body: Mapping[str, Value]
    #: The names from the outermost parent down.
    path: str


@dataclass
class Rendering:
    """One template with its parameters; `made` has what it and its modules deploy."""

    project: Project
    template: Template
    given: Mapping[str, Value]
    group: str
    subscription: str = "<subscription>"
    made: list[Made] = field(default_factory=list)

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
                    for inner in self._turns(value, local)
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

    def value(  # noqa: C901, PLR0911 -- one case per form of an expression
        self,
        node: Node,
        local: Mapping[str, Value],
    ) -> Value:
        """Return what an expression comes to."""
        match node:
            case tree.Text():
                return "".join(
                    part if isinstance(part, str) else _text(self.value(part, local))
                    for part in node.parts
                )
            case tree.Literal():
                return node.value
            case tree.Array():
                return [self.value(each, local) for each in node.items]
            case tree.Object():
                return {
                    self._key(each, local): self.value(each.value, local)
                    for each in node.properties
                }
            case tree.Name():
                return local[node.name] if node.name in local else self.symbol(node.name)
            case tree.Member() | tree.Index():
                return self._inside(node, local)
            case tree.Choice():
                return self.value(node.yes if self.value(node.condition, local) else node.no, local)
            case tree.Loop():
                return [self.value(node.body, inner) for inner in self._turns(node, local)]
            case tree.Lambda():
                return self._function(node, local)
            case tree.Call():
                return self._call(node, local)
            case tree.Unary() | tree.Binary():
                return self._operation(node, local)
        raise RenderError(f"{node.place}: {type(node).__name__} cannot be worked out")

    def _function(self, node: tree.Lambda, local: Mapping[str, Value]) -> Callable[..., Value]:
        def called(*given: Value) -> Value:
            return self.value(node.body, {**local, **dict(zip(node.names, given, strict=True))})

        return called

    def _key(self, each: tree.Property, local: Mapping[str, Value]) -> str:
        return str(self.value(each.computed, local)) if each.computed else str(each.key)

    def _turns(self, loop: tree.Loop, local: Mapping[str, Value]) -> list[dict[str, Value]]:
        index = loop.index or "<index>"
        return [
            {**local, loop.name: each, index: number}
            for number, each in enumerate(self.value(loop.items, local))
        ]

    def _inside(self, node: tree.Member | tree.Index, local: Mapping[str, Value]) -> Value:
        of = self.value(node.of, local)
        key = node.name if isinstance(node, tree.Member) else self.value(node.at, local)
        if isinstance(of, Reference):
            return _of_resource(of, str(key))
        if isinstance(of, str) and of.startswith("<"):
            return f"{of[:-1]}.{key}>"
        try:
            return of[key]
        except (KeyError, IndexError, TypeError) as error:
            what = "a module that is not deployed" if of is None else "nothing that has it"
            raise RenderError(f"{node.place}: {key} is asked of {what}") from error

    def _operation(self, node: tree.Unary | tree.Binary, local: Mapping[str, Value]) -> Value:
        if isinstance(node, tree.Unary):
            operand = self.value(node.operand, local)
            return not operand if node.operator == "!" else -operand
        left = self.value(node.left, local)
        if node.operator == "&&":
            return left and self.value(node.right, local)
        if node.operator == "||":
            return left or self.value(node.right, local)
        right = self.value(node.right, local)
        return _COMPARE[node.operator](left, right)

    def _call(  # noqa: PLR0911 -- one case per function that looks around
        self,
        node: tree.Call,
        local: Mapping[str, Value],
    ) -> Value:
        given = [self.value(each, local) for each in node.arguments]
        match node.name:
            case "resourceGroup" if given:
                return {"name": given[-1], "subscription": given[0]}
            case "resourceGroup":
                place = f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
                return {"id": place, "name": self.group}
            case "subscription":
                return {
                    "id": f"/subscriptions/{self.subscription}",
                    "subscriptionId": self.subscription,
                }
            case "resourceId":
                return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}/providers/{given[0]}/{'/'.join(given[1:])}"
            case "loadJsonContent":
                return self.project.json(beside(self.template.file, given[0]))
            case "loadTextContent":
                return f"<content of {beside(self.template.file, given[0])}>"
        if node.name not in _FUNCTIONS:
            raise RenderError(f"{node.place}: {node.name}() cannot be worked out here")
        try:
            return _FUNCTIONS[node.name](*given)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise RenderError(f"{node.place}: {node.name}() cannot take {given}") from error


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


def _of_resource(of: Reference, key: str) -> Value:
    if key in {"id", "name", "type"}:
        return getattr(of, key)
    short = f"{of.type.rpartition('/')[2]} {of.name}"
    return f"<{short}.{key}>"


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _union(*given: Value) -> Value:
    if isinstance(given[0], dict):
        return {key: value for each in given for key, value in each.items()}
    return list(dict.fromkeys(item for each in given for item in each))


def _subnet(prefix: str, size: int, number: int) -> str:
    return f"{prefix}[/{size} #{number}]"


_COMPARE: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "??": lambda left, right: right if left is None else left,
}
_FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "array": lambda value: value if isinstance(value, list) else [value],
    "cidrSubnet": _subnet,
    "concat": lambda *given: [item for each in given for item in each],
    "contains": lambda whole, part: part in whole,
    "empty": lambda value: not value,
    "environment": lambda: _ENVIRONMENT,
    "guid": lambda *given: f"guid({', '.join(re.sub('.*/', '', each) for each in given)})",
    "items": lambda value: [{"key": key, "value": value[key]} for key in sorted(value)],
    "join": lambda items, between: between.join(items),
    "length": len,
    "map": lambda items, change: [change(each) for each in items],
    "newGuid": lambda: "<new guid>",
    "replace": lambda text, old, new: text.replace(old, new),
    "split": lambda text, at: text.split(at),
    "string": _text,
    "subscriptionResourceId": lambda kind, name: (
        f"/subscriptions/<subscription>/providers/{kind}/{name}"
    ),
    "take": lambda value, count: value[:count],
    "tenant": lambda: {"tenantId": "<tenant>"},
    "toLower": lambda text: text.lower(),
    "union": _union,
    "uniqueString": lambda *_: _HASH,
}
