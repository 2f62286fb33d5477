"""Holds a resource's body against its official schema: names, kinds, allowed values, what is required.

Follows choices, variables and `union`, so that a value is checked wherever it is written. Stricter than
Azure in one thing: where a schema lists values and takes any other text, only the listed ones pass.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tools.infra_check import kinds, literals, tree
from tools.infra_check.inference import Inference
from tools.infra_check.kinds import Kind
from tools.infra_check.schemas import Schema
from tools.infra_check.tree import Declaration, Node

#: Bicep's own properties of a resource.
_OWN: Final = frozenset({"parent", "scope", "dependsOn"})
#: Azure says ReadOnly of what it computes, and means these for what names a resource.
_SET_ELSEWHERE: Final = frozenset({"type", "apiVersion"})
_FOLLOWED: Final = 8


@dataclass
class Bodies:
    """Checks the bodies of one template; findings go to its inference."""

    inference: Inference

    def check(self, declared: Declaration) -> None:
        """Check one resource that is made here."""
        body, place = declared.body, declared.place
        name, _, version = declared.kind.partition("@")
        schema = self.inference.project.schemas.get(name)
        if schema is None:
            self._say(place, f"{name} is no resource type that Azure's schemas know")
            return
        if schema.type != name:
            self._say(place, f"write {schema.type} for {name}")
        if version != schema.version:
            text = f"API version {version or '(none)'} of {name}: the schema known here is {schema.version}"
            self._say(place, text)
        if body is None:
            self._say(place, "a resource needs a body")
            return
        if declared.existing:
            self._only_names(body)
            return
        self._whole(schema, body, self._local(declared))

    def _local(self, declared: Declaration) -> dict[str, Kind]:
        loop = declared.looped
        return (
            Inference(self.inference.project, self.inference.template).loop(loop, {})
            if loop
            else {}
        )

    def _only_names(self, body: tree.Object) -> None:
        for each in body.properties:
            if each.key not in {"name", "parent", "scope"}:
                self._say(each.place, f"{each.key} of a resource that exists already")

    def _whole(self, schema: Schema, body: tree.Object, local: Mapping[str, Kind]) -> None:
        own = tuple(each for each in body.properties if each.key not in _OWN)
        stripped = tree.Object(place=body.place, properties=own)
        self._object(schema, schema.body, stripped, local)

    def _object(
        self,
        schema: Schema,
        definition: dict[str, Any],
        node: tree.Object,
        local: Mapping[str, Kind],
    ) -> None:
        properties = self._properties(definition, node)
        if properties is None:
            return
        known = {each["name"]: each for each in properties}
        more = definition.get("additionalPropertiesType")
        for given in node.properties:
            if given.key is None:
                continue
            stated = known.get(given.key)
            if stated:
                self._property(schema, stated, given, local)
            elif more:
                self.value(schema, {"type": more}, given.value, local)
            else:
                self._say(given.place, self._unknown(given.key, known))
        self._required(known, node)

    def _properties(
        self,
        definition: dict[str, Any],
        node: tree.Object,
    ) -> list[dict[str, Any]] | None:
        if "discriminator" not in definition:
            found: list[dict[str, Any]] = definition.get("properties", [])
            return found
        name = definition["discriminator"]
        value = node.get(name)
        chosen = value.literal if isinstance(value, tree.Text) else None
        elements = {self._tells(each, name): each for each in definition["elements"]}
        if chosen not in elements:
            self._say(node.place, f"{name} has to be one of {', '.join(sorted(elements))}")
            return None
        return [*definition.get("baseProperties", []), *elements[chosen]["properties"]]

    def _tells(self, element: dict[str, Any], name: str) -> str:
        return next(str(each["type"]) for each in element["properties"] if each["name"] == name)

    def _property(
        self,
        schema: Schema,
        stated: dict[str, Any],
        given: tree.Property,
        local: Mapping[str, Kind],
    ) -> None:
        if "ReadOnly" in stated.get("flags", ""):
            self._say(given.place, f"{given.key} is Azure's to set")
            return
        self.value(schema, stated, given.value, local)

    def _required(self, known: dict[str, dict[str, Any]], node: tree.Object) -> None:
        given = {each.key for each in node.properties}
        for name, stated in known.items():
            flags = stated.get("flags", "")
            needed = "Required" in flags and "ReadOnly" not in flags and name not in _SET_ELSEWHERE
            if needed and name not in given:
                self._say(node.place, f"{name} is required here")

    def value(  # noqa: C901 -- one case per form of an expression
        self,
        schema: Schema,
        stated: dict[str, Any],
        node: Node,
        local: Mapping[str, Kind],
        depth: int = _FOLLOWED,
    ) -> None:
        """Check one value against the type (and bounds) stated for it."""
        options = str(stated["type"]).split(" | ")
        if options == ["any"] or depth == 0:
            return
        match node:
            case tree.Choice():
                for each in (node.yes, node.no):
                    self.value(schema, stated, each, local, depth - 1)
            case tree.Call(name="union" | "concat"):
                for each in node.arguments:
                    self._partly(schema, stated, each, local, depth - 1)
            case tree.Name() if (followed := self._followed(node, local)) is not None:
                self.value(schema, stated, followed, {}, depth - 1)
            case tree.Object():
                self._as_object(schema, options, node, local)
            case tree.Array() | tree.Loop():
                self._as_array(schema, options, node, local, depth - 1)
            case tree.Text() if node.literal is not None:
                self._told(node, literals.text(schema, stated, node.literal))
            case tree.Literal() if node.value is None:
                return
            case tree.Literal() if isinstance(node.value, int):
                self._told(node, literals.number(stated, node.value))
                self._kind(schema, options, node, local)
            case _:
                self._kind(schema, options, node, local)

    def _told(self, node: Node, texts: Iterable[str]) -> None:
        for each in texts:
            self._say(node.place, each)

    def _partly(
        self,
        schema: Schema,
        stated: dict[str, Any],
        node: Node,
        local: Mapping[str, Kind],
        depth: int,
    ) -> None:
        # A part of an object need not have what the whole needs: its kind is what can be told.
        if isinstance(node, tree.Object):
            return
        self.value(schema, stated, node, local, depth)

    def _followed(self, node: tree.Name, local: Mapping[str, Kind]) -> Node | None:
        if node.name in local:
            return None
        declared = self.inference.template.find(node.name, "var")
        return declared.value if declared else None

    def _as_object(
        self,
        schema: Schema,
        options: list[str],
        node: tree.Object,
        local: Mapping[str, Kind],
    ) -> None:
        for option in options:
            if option in schema.definitions:
                self._object(schema, schema.definitions[option], node, local)
                return
        if "object" not in options:
            self._say(node.place, f"an object where {' | '.join(options)} belongs")

    def _as_array(
        self,
        schema: Schema,
        options: list[str],
        node: tree.Array | tree.Loop,
        local: Mapping[str, Kind],
        depth: int,
    ) -> None:
        item = next((each[:-2] for each in options if each.endswith("[]")), None)
        if item is None:
            self._say(node.place, f"an array where {' | '.join(options)} belongs")
        elif isinstance(node, tree.Loop):
            silent = Inference(self.inference.project, self.inference.template)
            self.value(schema, {"type": item}, node.body, silent.loop(node, local), depth)
        else:
            for each in node.items:
                self.value(schema, {"type": item}, each, local, depth)

    def _kind(
        self,
        schema: Schema,
        options: list[str],
        node: Node,
        local: Mapping[str, Kind],
    ) -> None:
        found = Inference(self.inference.project, self.inference.template).kind(node, local)
        accepted = {kinds.of_schema(schema, each, 1).name for each in options}
        if not found.fits(accepted):
            self._say(node.place, f"{found.name} where {' | '.join(options)} belongs")

    def _unknown(self, key: str, known: dict[str, dict[str, Any]]) -> str:
        near = [name for name in known if name.lower() == key.lower()]
        hint = near[0] if near else ", ".join(sorted(known))
        return f"{key} is no property here; did you mean: {hint}"

    def _say(self, place: tree.Place, text: str) -> None:
        self.inference.findings.append(tree.Finding(place, text))
