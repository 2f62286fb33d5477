"""Works out expressions: what decides about a deployment exactly, what Azure would compute as readable text.

An own small evaluator, as no Bicep compiler is at hand offline. Knows files and functions; what a symbol
stands for is told by whoever deploys.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tools.infra_check import tree
from tools.infra_check.paper import (
    COMPARE,
    FUNCTIONS,
    Made,
    Reference,
    RenderError,
    Value,
    of_resource,
    text_of,
)
from tools.infra_check.project import Project, beside
from tools.infra_check.tree import Node, Template


@dataclass
class Evaluation(ABC):
    """The expressions of one template, deployed into a group with some parameters."""

    project: Project
    template: Template
    given: Mapping[str, Value]
    group: str
    subscription: str = "<subscription>"
    made: list[Made] = field(default_factory=list)

    @abstractmethod
    def symbol(self, name: str) -> Value:
        """Return what a declared name stands for."""

    def value(  # noqa: C901, PLR0911 -- one case per form of an expression
        self,
        node: Node,
        local: Mapping[str, Value],
    ) -> Value:
        """Return what an expression comes to."""
        match node:
            case tree.Text():
                return "".join(
                    part if isinstance(part, str) else text_of(self.value(part, local))
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
                return [self.value(node.body, inner) for inner in self.turns(node, local)]
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

    def turns(self, loop: tree.Loop, local: Mapping[str, Value]) -> list[dict[str, Value]]:
        """Return the names inside a loop, once per item."""
        index = loop.index or "<index>"
        return [
            {**local, loop.name: each, index: number}
            for number, each in enumerate(self.value(loop.items, local))
        ]

    def _inside(self, node: tree.Member | tree.Index, local: Mapping[str, Value]) -> Value:
        of = self.value(node.of, local)
        key = node.name if isinstance(node, tree.Member) else self.value(node.at, local)
        if isinstance(of, Reference):
            return of_resource(of, str(key))
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
        return COMPARE[node.operator](left, right)

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
        if node.name not in FUNCTIONS:
            raise RenderError(f"{node.place}: {node.name}() cannot be worked out here")
        try:
            return FUNCTIONS[node.name](*given)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise RenderError(f"{node.place}: {node.name}() cannot take {given}") from error
