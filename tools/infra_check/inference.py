"""What expressions are, and what is wrong inside them: unknown symbols, functions, members, outputs.

Knows the declarations and the schemas; not what a resource's body may hold (that is `bodies`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tools.infra_check import functions, kinds, tree
from tools.infra_check.kinds import ANY, ARRAY, BOOL, INT, NULL, OBJECT, STRING, Kind
from tools.infra_check.project import Project, beside
from tools.infra_check.tree import Declaration, Finding, Node, Template

_LOGICAL: Final = frozenset({"&&", "||", "==", "!=", "<", ">", "<=", ">=", "=~", "!~"})
#: Every resource has these, whatever its schema says.
_ALWAYS: Final = ("id", "name", "type", "apiVersion")


@dataclass
class Inference:
    """The expressions of one template; findings and used names are gathered on the way."""

    project: Project
    template: Template
    findings: list[Finding] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def kind(  # noqa: PLR0911 -- one case per form of an expression
        self,
        node: Node,
        local: Mapping[str, Kind] | None = None,
    ) -> Kind:
        """Return the kind of an expression, after looking into all of it."""
        local = local or {}
        match node:
            case tree.Text():
                self._text(node, local)
                return STRING
            case tree.Literal():
                return _literal(node)
            case tree.Array():
                found = [self.kind(item, local) for item in node.items]
                return Kind(name="array", item=kinds.common(found)) if found else ARRAY
            case tree.Object():
                return self._object(node, local)
            case tree.Name():
                return self._name(node, local)
            case tree.Member():
                return self._member(node, local)
            case tree.Index():
                return self._index(node, local)
            case tree.Call():
                return self._call(node, local)
            case _:
                return self._composed(node, local)

    def say(self, node: Node, text: str) -> None:
        """Note something that is wrong."""
        self.findings.append(Finding(node.place, text))

    def _composed(self, node: Node, local: Mapping[str, Kind]) -> Kind:
        match node:
            case tree.Unary():
                found = self.kind(node.operand, local)
                wanted = BOOL if node.operator == "!" else INT
                if not found.fits({wanted.name}):
                    self.say(node, f"{node.operator} takes {wanted.name}, this is {found.name}")
                return wanted
            case tree.Binary():
                return self._binary(node, local)
            case tree.Choice():
                self._condition(node.condition, local)
                return kinds.common([self.kind(node.yes, local), self.kind(node.no, local)])
            case tree.Lambda():
                return self.kind(node.body, {**local, **dict.fromkeys(node.names, ANY)})
            case tree.Loop():
                inner = self.loop(node, local)
                return Kind(name="array", item=self.kind(node.body, inner))
            case tree.Guard():
                self._condition(node.condition, local)
                return self.kind(node.body, local)
        raise TypeError(f"{node.place}: {type(node).__name__} is not known here")

    def loop(self, node: tree.Loop, local: Mapping[str, Kind]) -> dict[str, Kind]:
        """Return the names inside a loop."""
        over = self.kind(node.items, local)
        if not over.fits({"array"}):
            self.say(node.items, f"a loop goes over an array, this is {over.name}")
        inner = {**local, node.name: over.item or ANY}
        return {**inner, node.index: INT} if node.index else inner

    def _text(self, node: tree.Text, local: Mapping[str, Kind]) -> None:
        for part in node.parts:
            if isinstance(part, Node):
                found = self.kind(part, local)
                if not found.fits({"string", "int", "bool"}):
                    self.say(part, f"{found.name} cannot be put into a text")

    def _object(self, node: tree.Object, local: Mapping[str, Kind]) -> Kind:
        members: dict[str, Kind] = {}
        known = True
        for each in node.properties:
            found = self.kind(each.value, local)
            if each.key is None:
                known = False
                if each.computed:
                    self.kind(each.computed, local)
            elif each.key in members:
                self.findings.append(Finding(each.place, f"{each.key} stands here twice"))
            else:
                members[each.key] = found
        return Kind(name="object", members=members) if known else OBJECT

    def _name(self, node: tree.Name, local: Mapping[str, Kind]) -> Kind:
        if node.name in local:
            return local[node.name]
        declared = self.template.find(node.name)
        if declared is None:
            self.say(node, f"{node.name} is not declared in this file")
            return ANY
        self.used.add(node.name)
        return self.declared(declared)

    def declared(self, declared: Declaration) -> Kind:
        """Return the kind of what a declaration names."""
        if declared.sort == "param":
            return kinds.of_declared(declared.kind)
        if declared.sort == "var" and declared.value:
            # Its own findings are reported where it stands.
            return Inference(self.project, self.template).kind(declared.value)
        found = self._resource(declared) if declared.sort == "resource" else self._module(declared)
        return Kind(name="array", item=found) if declared.looped else found

    def _resource(self, declared: Declaration) -> Kind:
        schema = self.project.schemas.get(declared.kind.partition("@")[0])
        if schema is None or "discriminator" in schema.body:
            return OBJECT
        found = kinds.of_definition(schema, schema.body)
        return Kind(
            name="object", members={**dict.fromkeys(_ALWAYS, STRING), **(found.members or {})}
        )

    def _module(self, declared: Declaration) -> Kind:
        template = self.project.module(self.template, declared)
        if template is None:
            return ANY
        outputs = {each.name: kinds.of_declared(each.kind) for each in template.all("output")}
        members = {"name": STRING, "outputs": Kind(name="object", members=outputs)}
        return Kind(name="object", members=members)

    def _member(self, node: tree.Member, local: Mapping[str, Kind]) -> Kind:
        of = self.kind(node.of, local)
        if of.name in {"string", "int", "bool", "array"}:
            self.say(node, f".{node.name} of {of.name}")
            return ANY
        found = of.member(node.name)
        if found is None:
            known = ", ".join(sorted(of.members or {}))
            self.say(node, f"there is no .{node.name} here; there is: {known}")
            return ANY
        return found

    def _index(self, node: tree.Index, local: Mapping[str, Kind]) -> Kind:
        of, at = self.kind(node.of, local), self.kind(node.at, local)
        if not of.fits({"array", "object"}):
            self.say(node, f"[] of {of.name}")
        if of.name == "array" and not at.fits({"int"}):
            self.say(node, f"an array's index is int, this is {at.name}")
        return of.item or ANY if of.name == "array" else ANY

    def _binary(self, node: tree.Binary, local: Mapping[str, Kind]) -> Kind:
        left, right = self.kind(node.left, local), self.kind(node.right, local)
        if node.operator in {"&&", "||"}:
            for side, found in ((node.left, left), (node.right, right)):
                if not found.fits({"bool"}):
                    self.say(side, f"{node.operator} takes bool, this is {found.name}")
        if node.operator in {"==", "!="} and not left.fits({right.name}) and right.name != "null":
            self.say(node, f"{left.name} is never {right.name}")
        if node.operator == "??":
            return kinds.common([left, right])
        return BOOL if node.operator in _LOGICAL else INT

    def _condition(self, node: Node, local: Mapping[str, Kind]) -> None:
        found = self.kind(node, local)
        if not found.fits({"bool"}):
            self.say(node, f"a condition is bool, this is {found.name}")

    def _call(self, node: tree.Call, local: Mapping[str, Kind]) -> Kind:
        known = functions.KNOWN.get(node.name)
        given = [self.kind(each, local) for each in node.arguments]
        if known is None:
            self.say(node, f"{node.name}() is no function that this check knows")
            return ANY
        if not known.least <= len(given) <= known.most:
            self.say(node, f"{node.name}() takes {known.least} to {known.most} arguments")
        if node.name.startswith("load"):
            self._loaded(node)
        if node.name in {"concat", "union"}:
            return kinds.common(given)
        return known.gives

    def _loaded(self, node: tree.Call) -> None:
        first = node.arguments[0] if node.arguments else None
        path = first.literal if isinstance(first, tree.Text) else None
        if path is None or not self.project.exists(beside(self.template.file, path)):
            self.say(node, f"{node.name}() needs a file that is there")


def names(node: Node) -> Iterator[tree.Name]:
    """Yield every symbol that an expression uses."""
    if isinstance(node, tree.Name):
        yield node
    for each in inside(node):
        yield from names(each)


def calls(node: Node) -> Iterator[tree.Call]:
    """Yield every call in an expression."""
    if isinstance(node, tree.Call):
        yield node
    for each in inside(node):
        yield from calls(each)


def inside(node: Node) -> Iterator[Node]:
    """Yield the expressions directly inside one."""
    for value in vars(node).values():
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for each in value:
                if isinstance(each, Node):
                    yield each
                elif isinstance(each, tree.Property):
                    yield each.value
                    if each.computed:
                        yield each.computed


def _literal(node: tree.Literal) -> Kind:
    if node.value is None:
        return NULL
    return BOOL if isinstance(node.value, bool) else INT
