"""How a problem of the policy is told, and small judgements that several rules share. Knows no rule."""

import datetime as dt
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

type Path = tuple[str | int, ...]

#: One plain address: no display name, no list, nothing that a header could be broken with.
ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
)
_GUID: Final = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
#: A person as a policy names one: tenant id and object id.
PERSON: Final = re.compile(f"{_GUID}/{_GUID}", re.ASCII)


class Unsound(msgspec.Struct, frozen=True):
    """Something that is wrong with the policy: where, what, and what to do."""

    path: Path
    problem: str
    remedy: str = ""


def near(wrong: str, known: Iterable[str]) -> str:
    """Return `did you mean ...?`, or which names there are when none is near."""
    names = sorted(known)
    lower = {name.lower(): name for name in names}
    found = difflib.get_close_matches(wrong.lower(), lower)
    if found:
        return f"Did you mean {lower[found[0]]!r}?"
    return f"Known are: {', '.join(names)}." if names else ""


def iso(span: dt.timedelta) -> str:
    """Return a duration as the policy writes it."""
    return str(msgspec.to_builtins(span))


def doubled(path: Path, names: Iterable[str], what: str) -> Iterator[Unsound]:
    """Yield a problem for each name that stands in a list more than once, letter case aside."""
    counts = Counter(name.lower() for name in names)
    for name, count in counts.items():
        if count > 1:
            yield Unsound(path, f"{what} {name!r} stands here {count} times", "Keep one.")


def blank(path: Path, names: Iterable[str], what: str) -> Iterator[Unsound]:
    """Yield a problem for each name that is empty or has spaces around it."""
    for number, name in enumerate(names):
        if not name.strip() or name != name.strip():
            yield Unsound((*path, number), f"{name!r} is no {what}", "Write it without spaces.")


def longer_than_nothing(
    path: Path, span: dt.timedelta | None, at_most: dt.timedelta | None = None
) -> Iterator[Unsound]:
    """Yield a problem when a duration is not above zero, or above a bound."""
    if span is None:
        return
    if span <= dt.timedelta(0):
        yield Unsound(path, f"{iso(span)} is no duration above zero", "Write P7D, for example.")
    elif at_most is not None and span > at_most:
        yield Unsound(path, f"{iso(span)} is more than {iso(at_most)}", "Write less.")
