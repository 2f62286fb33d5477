"""The pickle walker's memo: what PUT stored, in four bytes an entry for what need not be told apart.

Knows symbols, no opcode. What it cannot keep comes back as OPAQUE or TEXT, which every rule treats as unknown.
"""

from array import array
from typing import Final

from promotion.checks.scan.pickles.symbols import (
    FROZENSET,
    LIST,
    OPAQUE,
    SET,
    TEXT,
    Blob,
    DType,
    Global,
    Instance,
    Symbol,
)
from promotion.checks.scan.problems import LimitError, ProblemError

#: Values kept besides those that repeat; a real pickle names fewer than a thousand globals.
_MOST_KEPT: Final = 50_000
#: Picklers count without gaps. Numbers further ahead than this are kept apart, few of them.
_WIDEST_GAP: Final = 65_536
_MOST_FAR: Final = 10_000

#: Kinds of values that repeat, and kinds of which each is one of its own.
_SHARED: Final = frozenset({Global, Instance})
_SINGLE: Final = frozenset({Blob, DType})

_UNSET: Final = 0
_OPAQUE: Final = 1
_TEXT: Final = 2
_SYMBOLS: Final[dict[object, int]] = {LIST: 3, SET: 4, FROZENSET: 5, TEXT: _TEXT}


class Memo:
    """What was stored, by its number."""

    def __init__(self, most: int, words: frozenset[str]) -> None:
        self._most = most
        self._words = words
        self._codes = array("I")
        self._far: dict[int, int] = {}
        self._entries = 0
        self._kept: list[object] = [None, OPAQUE, TEXT, LIST, SET, FROZENSET]
        self._code_of: dict[object, int] = {}

    def append(self, value: object) -> None:
        """Store under the number of entries there are, as MEMOIZE does."""
        if self._entries == len(self._codes) and not self._far:
            self._grow(value)
        else:
            self.put(self._entries, value, None)

    def put(self, number: int, value: object, offset: int | None) -> None:
        """Store under a number; those below it that were never stored stay unset."""
        gap = number - len(self._codes)
        if gap < 0:
            self._entries += self._codes[number] == _UNSET
            self._codes[number] = self._code(value)
        elif gap > _WIDEST_GAP or self._far:
            self._entries += number not in self._far
            self._far[number] = self._code(value)
            if len(self._far) > _MOST_FAR:
                raise LimitError("A pickle memoizes values under scattered numbers.", offset)
        else:
            self._codes.extend([_UNSET] * gap)
            self._grow(value)

    def _grow(self, value: object) -> None:
        if len(self._codes) >= self._most:
            raise LimitError(f"A pickle memoizes more than {self._most:,} values.")
        self._entries += 1
        self._codes.append(self._code(value))

    def get(self, number: int, offset: int) -> object:
        """Return what was stored.

        Raises:
            ProblemError: nothing was.
        """
        near = number < len(self._codes)
        code = self._codes[number] if near else self._far.get(number, _UNSET)
        if code == _UNSET:
            raise ProblemError(
                "pickle-malformed",
                f"A pickle recalls memo entry {number}, which it never stored.",
                offset,
            )
        return self._kept[code]

    def forget_texts(self) -> None:
        """Keep of every text stored so far only that it is one."""
        known = [_TEXT if type(kept) is str else code for code, kept in enumerate(self._kept)]
        self._codes = array("I", (known[code] for code in self._codes))
        self._far = {number: known[code] for number, code in self._far.items()}

    def _code(self, value: object) -> int:
        kind = type(value)
        if kind is str:
            worth_it = value in self._words or len(self._kept) < _MOST_KEPT
            return self._keep(value) if worth_it else _TEXT
        if kind in _SHARED:
            return self._keep(value)
        if kind in _SINGLE and len(self._kept) < _MOST_KEPT:
            self._kept.append(value)
            return len(self._kept) - 1
        # A dictionary must not come back under a second name: only one of them would be followed.
        return _SYMBOLS.get(value, _OPAQUE) if kind is Symbol else _OPAQUE

    def _keep(self, value: object) -> int:
        code = self._code_of.get(value)
        if code is None:
            code = self._code_of[value] = len(self._kept)
            self._kept.append(value)
        return code
