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
)
from promotion.checks.scan.problems import LimitError, ProblemError

#: Values kept besides those that repeat; a real pickle names fewer than a thousand globals.
_MOST_KEPT: Final = 50_000
#: Unused numbers tolerated between two entries; picklers count without gaps.
_WIDEST_GAP: Final = 65_536

_UNSET: Final = 0
_OPAQUE: Final = 1
_TEXT: Final = 2


class Memo:
    """What was stored, by its number."""

    def __init__(self, most: int, words: frozenset[str]) -> None:
        self._most = most
        self._words = words
        self._codes = array("I")
        self._kept: list[object] = [None, OPAQUE, TEXT, LIST, SET, FROZENSET]
        self._code_of: dict[object, int] = {LIST: 3, SET: 4, FROZENSET: 5}

    def append(self, value: object) -> None:
        """Store under the next number."""
        if len(self._codes) >= self._most:
            raise LimitError(f"A pickle memoizes more than {self._most:,} values.")
        self._codes.append(self._code(value))

    def put(self, number: int, value: object, offset: int) -> None:
        """Store under a number; those below it that were never stored stay unset."""
        gap = number - len(self._codes)
        if gap > _WIDEST_GAP or number >= self._most:
            raise LimitError(f"A pickle memoizes a value under the number {number:,}.", offset)
        if gap >= 0:
            self._codes.extend([_UNSET] * gap)
            self.append(value)
        else:
            self._codes[number] = self._code(value)

    def get(self, number: int, offset: int) -> object:
        """Return what was stored.

        Raises:
            ProblemError: nothing was.
        """
        code = self._codes[number] if number < len(self._codes) else _UNSET
        if code == _UNSET:
            raise ProblemError(
                "pickle-malformed",
                f"A pickle recalls memo entry {number}, which it never stored.",
                offset,
            )
        return self._kept[code]

    def _code(self, value: object) -> int:
        if isinstance(value, str):
            worth_it = value in self._words or len(self._kept) < _MOST_KEPT
            return self._keep(value) if worth_it else _TEXT
        if isinstance(value, Global | Instance) or value is LIST or value is SET:
            return self._keep(value)
        if isinstance(value, Blob | DType) and len(self._kept) < _MOST_KEPT:
            self._kept.append(value)
            return len(self._kept) - 1
        # A dictionary must not come back under a second name: only one of them would be followed.
        return _TEXT if value is TEXT else _OPAQUE

    def _keep(self, value: object) -> int:
        code = self._code_of.get(value)
        if code is None:
            code = self._code_of[value] = len(self._kept)
            self._kept.append(value)
        return code
