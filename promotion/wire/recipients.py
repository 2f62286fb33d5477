"""Tells one fact to several recipients, each on their own. Knows no mail service.

What was told lately is remembered in this process alone. A repetition may still come after a crash or
on another instance, so this is kindness, not correctness: while one of five recipients is refused for
now, the other four do not get the same mail every minute.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from promotion.domain.errors import BrokenError, RetryableError

_REMEMBERED: Final = 2_000


class RecipientLaterError(RetryableError):
    """This recipient cannot be told now; the service itself is there and takes mail for others."""


class Told:
    """Which recipients were told which fact; forgets the facts told longest ago."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        """Remember so many facts."""
        self._remembered = remembered
        self._told: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, fact: str) -> frozenset[str]:
        """Return who was told the fact, as far as it is remembered."""
        with self._lock:
            return self._told.get(fact, frozenset())

    def add(self, fact: str, recipient: str) -> None:
        """Remember that the recipient was told the fact."""
        with self._lock:
            self._told[fact] = self._told.get(fact, frozenset()) | {recipient}
            self._told.move_to_end(fact)
            while len(self._told) > self._remembered:
                self._told.popitem(last=False)


def tell_each(
    fact: str,
    recipients: tuple[str, ...],
    told: Told,
    tell: Callable[[str], None],
) -> None:
    """Call `tell` for every recipient who was not told the fact yet, as far as is remembered.

    A recipient who is refused keeps no other from being told. A RetryableError other than
    RecipientLaterError ends the round: the service is away, and asking it for each would only wait.

    Raises:
        RetryableError: at least one could not be told now.
        BrokenError: all others were told, these can never be.
    """
    later: list[RecipientLaterError] = []
    never: list[BrokenError] = []
    before = told.of(fact)
    for recipient in recipients:
        if recipient in before:
            continue
        try:
            tell(recipient)
            told.add(fact, recipient)
        except RecipientLaterError as error:
            later.append(error)
        except BrokenError as error:
            never.append(error)
    if later:
        raise later[0]
    if never:
        problems = " ".join(error.problem for error in never)
        raise BrokenError(problems, never[0].remedy) from never[0]
