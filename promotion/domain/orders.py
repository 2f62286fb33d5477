"""Orders: what shall be done to a version that is in a target already. Pure; knows no service.

An order is a request like any other, about a version that has arrived: people decide on it by the same
stages, quorum and times. The digest that they decide on is not that of files, which stay as they are, but
of what the order says: this version goes, and that one is in use afterwards.
"""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec
import rfc8785

from promotion.domain.results import TargetVersion
from promotion.domain.versions import current

#: Tags of versions in a registry; each holds the id of the order that set it.
WITHDRAWN: Final = "promotion.withdrawn"
#: The version became the current one because a later one was withdrawn.
REINSTATED: Final = "promotion.reinstated"


class Verb(StrEnum):
    """What is done to the version."""

    #: Taken out of use: archived.
    WITHDRAW = "withdraw"
    #: Brought back into use.
    RESTORE = "restore"
    #: Taken out of use because of its age, by the registry's retention.
    RETIRE = "retire"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done to which version, and what follows from it."""

    verb: Verb
    #: Asset id of the version.
    asset: str
    #: The version in use when it was asked for; empty when there was none.
    current: str
    #: The version in use once it is done; empty when there is none.
    successor: str
    #: Whether an operator did not wait for those who decide.
    emergency: bool = False

    @property
    def digest(self) -> str:
        """`sha256:` over the canonical JSON of what people decide on; how it came to be is not part of it."""
        said = msgspec.to_builtins(msgspec.structs.replace(self, emergency=False))
        del said["emergency"]
        return f"sha256:{hashlib.sha256(rfc8785.dumps(said)).hexdigest()}"

    @property
    def archives(self) -> bool:
        """Whether the version is archived once it is done."""
        return self.verb is not Verb.RESTORE


def in_use(versions: Iterable[TargetVersion]) -> str:
    """Return the version in use, empty when there is none.

    Raises:
        ValueError: there are several, and nothing tells which is the highest.
    """
    found = current(versions)
    return found.version if found else ""


def afterwards(versions: Iterable[TargetVersion], verb: Verb, version: str) -> str:
    """Return the version in use once the verb was carried out; the same before, during and after.

    Raises:
        ValueError: there are several, and nothing tells which is the highest.
    """
    archived = verb is not Verb.RESTORE
    return in_use(
        msgspec.structs.replace(each, archived=archived) if each.version == version else each
        for each in versions
    )
