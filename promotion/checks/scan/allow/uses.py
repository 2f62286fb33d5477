"""What unpickling may do with a global, and how the allow-lists are written down.

Knows no library and no pickle format.
"""

from collections.abc import Iterable
from enum import IntFlag


class Use(IntFlag):
    """What unpickling may do with a global."""

    #: Hold it as a value: a function kept in an attribute, a storage type, a data type.
    REFER = 1
    #: Make an empty instance and fill its attributes: its constructor does not run.
    CREATE = 2
    #: Call it with arguments.
    CALL = 4


#: Module and name of one allowed global.
type Pair = tuple[str, str]


def table(use: Use, lines: str) -> dict[Pair, Use]:
    """Return the pairs of a table with `module: name name ...` on each line."""
    pairs: dict[Pair, Use] = {}
    for line in lines.strip().splitlines():
        module, _, names = line.partition(":")
        pairs |= {(module.strip(), name): use | Use.REFER for name in names.split()}
    return pairs


def merge(tables: Iterable[dict[Pair, Use]]) -> dict[Pair, Use]:
    """Return one table; a pair that stands in several has all their uses."""
    merged: dict[Pair, Use] = {}
    for pairs in tables:
        for pair, use in pairs.items():
            merged[pair] = merged.get(pair, Use(0)) | use
    return merged


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())
