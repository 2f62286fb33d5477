"""What the pickle walker knows of each value, without ever making it. Pure values; knows no opcode.

Python's own `int`, `str`, `bool`, `None` and short `tuple` stand for themselves. Everything else is one of
the classes here, and OPAQUE is a value of which nothing needs to be known: what may not happen to an unknown
value is refused when it happens to OPAQUE.
"""

from typing import Final

from promotion.checks.scan.allow.uses import Use

#: Longest string that is kept as text; names of globals are far shorter.
LONGEST_TEXT: Final = 512
#: Most elements of a tuple that is kept.
LONGEST_TUPLE: Final = 16
#: Most entries of a dictionary that are kept.
MOST_FIELDS: Final = 32


class Symbol:
    """A value of which only its kind is known."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        self.kind = kind


OPAQUE: Final = Symbol("value")
TEXT: Final = Symbol("string")
LIST: Final = Symbol("list")
SET: Final = Symbol("set")
FROZENSET: Final = Symbol("frozenset")


class Blob(Symbol):
    """Bytes, by where they lie in the pickle."""

    __slots__ = ("length", "offset")

    def __init__(self, offset: int, length: int) -> None:
        super().__init__("bytes")
        self.offset = offset
        self.length = length


class Fields(Symbol):
    """A dictionary made in this pickle; its text keys and values while there are few of them."""

    __slots__ = ("values", "whole")

    def __init__(self) -> None:
        super().__init__("dict")
        self.values: dict[str, object] | None = None
        #: Whether `values` is all there is.
        self.whole = True


class Global(Symbol):
    """Something that lives in a module, and what may be done with it."""

    __slots__ = ("instance", "module", "name", "use")

    def __init__(self, module: str, name: str, use: Use) -> None:
        super().__init__("global")
        self.module = module
        self.name = name
        self.use = use
        #: What calling it or creating one gives.
        self.instance = Instance(self)

    @property
    def pair(self) -> tuple[str, str]:
        """Module and name."""
        return self.module, self.name

    @property
    def label(self) -> str:
        """Both, as a person writes them."""
        return f"{self.module}.{self.name}"


class Instance(Symbol):
    """An object that a global made."""

    __slots__ = ("maker",)

    def __init__(self, maker: Global) -> None:
        super().__init__("instance")
        self.maker = maker


class DType(Symbol):
    """A NumPy data type, by the text it was made from; `None` when that is not known."""

    __slots__ = ("objects", "text")

    def __init__(self, text: str | None) -> None:
        super().__init__("dtype")
        self.text = text
        #: Whether fields of it hold object pointers.
        self.objects = False


#: Stands for a global whose name could not be found out, after that was reported.
UNKNOWN: Final = Global("?", "?", Use(0))
