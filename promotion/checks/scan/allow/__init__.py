"""The globals that pickles of well-known libraries use, and what may be done with each.

Exact pairs of module and name, never whole modules: a module that holds one harmless class holds a hundred
functions that are not. Knows no pickle format.
"""

from functools import cache

from promotion.checks.scan.allow import boosting, numpy, pandas, scipy, sklearn, standard, torch
from promotion.checks.scan.allow.uses import Pair, Use, merge

_LIBRARIES = (standard, numpy, scipy, pandas, sklearn, boosting, torch)


@cache
def shipped() -> dict[Pair, Use]:
    """Return every pair that is allowed without a policy."""
    return merge(library.PAIRS for library in _LIBRARIES)


@cache
def known_words() -> frozenset[str]:
    """Return every module and name of the tables: the strings that a pickle may name a global by."""
    return frozenset(word for pair in shipped() for word in pair)


__all__ = ["Pair", "Use", "known_words", "shipped"]
