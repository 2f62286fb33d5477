"""The expressions and declarations of a Bicep file, as far as this repository's templates use them.

Knows no grammar (that is `syntax`), no schema and no rule.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands: the first line is 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return the place as editors understand it."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    place: Place
    text: str

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Node:
    """What every expression has."""

    place: Place


@dataclass(frozen=True, kw_only=True)
class Text(Node):
    """A string: literal parts, and expressions between them."""

    parts: tuple["str | Node", ...]

    @property
    def literal(self) -> str | None:
        """The whole text, unless something is put in."""
        texts = [part for part in self.parts if isinstance(part, str)]
        return "".join(texts) if len(texts) == len(self.parts) else None


@dataclass(frozen=True, kw_only=True)
class Literal(Node):
    """A number, a truth value or null."""

    value: int | bool | None


@dataclass(frozen=True, kw_only=True)
class Array(Node):
    """An array's items."""

    items: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property of an object; `key` is None where it is computed (`computed` has it then)."""

    key: str | None
    computed: Node | None
    value: Node
    place: Place


@dataclass(frozen=True, kw_only=True)
class Object(Node):
    """An object's properties."""

    properties: tuple[Property, ...]

    def get(self, key: str) -> Node | None:
        """Return the value of a property, or None."""
        return next((each.value for each in self.properties if each.key == key), None)


@dataclass(frozen=True, kw_only=True)
class Name(Node):
    """A symbol's use."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Member(Node):
    """`of.name`."""

    of: Node
    name: str


@dataclass(frozen=True, kw_only=True)
class Index(Node):
    """`of[at]`."""

    of: Node
    at: Node


@dataclass(frozen=True, kw_only=True)
class Call(Node):
    """A function's call."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class Unary(Node):
    """`!x` or `-x`."""

    operator: str
    operand: Node


@dataclass(frozen=True, kw_only=True)
class Binary(Node):
    """`left operator right`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, kw_only=True)
class Choice(Node):
    """`condition ? yes : no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, kw_only=True)
class Lambda(Node):
    """`(a, b) => body`."""

    names: tuple[str, ...]
    body: Node


@dataclass(frozen=True, kw_only=True)
class Loop(Node):
    """`[for each in items: body]`, with the index's name where it has one."""

    name: str
    index: str | None
    items: Node
    body: Node


@dataclass(frozen=True, kw_only=True)
class Guard(Node):
    """`if (condition) body`."""

    condition: Node
    body: Node


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A param, var, resource, module or output; what it does not have is None or empty."""

    sort: str
    name: str
    place: Place
    #: The declared type of a param or output, a resource's `type@version`, a module's path.
    kind: str
    value: Node | None
    existing: bool = False
    decorators: tuple[Call, ...] = ()

    def decorator(self, name: str) -> Call | None:
        """Return one of its decorators, or None."""
        return next((each for each in self.decorators if each.name == name), None)

    @property
    def body(self) -> Object | None:
        """The object inside loop and condition."""
        value = self.value
        while isinstance(value, Loop | Guard):
            value = value.body
        return value if isinstance(value, Object) else None

    @property
    def looped(self) -> Loop | None:
        """The loop around its body, or None."""
        return self.value if isinstance(self.value, Loop) else None


@dataclass(frozen=True, kw_only=True)
class Template:
    """One file."""

    file: str
    scope: str
    declarations: tuple[Declaration, ...]
    findings: tuple[Finding, ...] = field(default=())

    def all(self, *sorts: str) -> tuple[Declaration, ...]:
        """Return the declarations of some sorts."""
        return tuple(each for each in self.declarations if each.sort in sorts)

    def find(self, name: str, *sorts: str) -> Declaration | None:
        """Return the declaration of a name, or None."""
        found = (each for each in self.declarations if each.name == name and each.sort != "output")
        if sorts:
            found = (each for each in self.all(*sorts) if each.name == name)
        return next(found, None)
