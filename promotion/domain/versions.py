"""How versions are ordered, and which of a registry's versions is the current one. Pure."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Final

from promotion.domain.results import TargetVersion

_SCHEMES: Final = {
    # Azure ML numbers versions from 1, without leading zeros.
    "integer": re.compile(r"([1-9][0-9]{0,17})", re.ASCII),
    # Semantic Versioning 2.0.0, section 2, without pre-release and build: neither belongs in production.
    "semver": re.compile(
        r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})", re.ASCII
    ),
}

type Order = Callable[[TargetVersion], tuple[int, ...] | dt.datetime | None]


def order(scheme: str, version: str) -> tuple[int, ...] | None:
    """Return what a version sorts by in its scheme (`integer`, `semver`), or nothing when it has no place."""
    found = _SCHEMES[scheme].fullmatch(version)
    return tuple(int(part) for part in found.groups()) if found else None


def highest(versions: Iterable[str]) -> int:
    """Return the highest integer among versions, 0 when none of them is one; archived ones count."""
    numbers = (order("integer", version) for version in versions)
    return max((number[0] for number in numbers if number), default=0)


def current(versions: Iterable[TargetVersion], *, besides: str = "") -> TargetVersion | None:
    """Return the version in use: the highest that is not archived.

    Highest by number when all versions are integers or all are semantic versions, otherwise the one
    created last. A withdrawn version is archived, so that its predecessor is the current one again.

    Args:
        versions: all versions under one name.
        besides: a version that does not count, because it is the one being judged.

    Raises:
        ValueError: there are several, and nothing tells which is the highest.
    """
    living = [each for each in versions if not each.archived and each.version != besides]
    return newest_first(living)[0] if living else None


def newest_first(versions: Iterable[TargetVersion]) -> tuple[TargetVersion, ...]:
    """Return versions by number when all are integers or all semantic, else by when they were created.

    Raises:
        ValueError: there are several, and nothing tells which is the highest.
    """
    found = tuple(versions)
    for place in _ORDERS:
        known = [(at, each) for each in found if (at := place(each)) is not None]
        if len(known) == len(found):
            return tuple(each for _, each in sorted(known, key=itemgetter(0), reverse=True))
    if len(found) == 1:
        return found
    names = ", ".join(sorted(each.version for each in found)[:5])
    raise ValueError(f"nothing tells which of the versions {names} is the current one")


_ORDERS: Final[tuple[Order, ...]] = (
    lambda each: order("integer", each.version),
    lambda each: order("semver", each.version),
    lambda each: each.created_at,
)
