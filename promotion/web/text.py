"""Texts for people: hostile letters made visible, sizes, times. Pure; knows no HTML.

Names of assets, tags and comments come from outside. Letters that are not seen, or that change the order
of others (bidirectional controls), would let one name look like another, so each is written as its code.
"""

import datetime as dt
import unicodedata
from typing import Final

from promotion.messages.plain import BLANK

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT_IN_LINES: Final = frozenset("\n\t")

_UNITS: Final = ("KiB", "MiB", "GiB", "TiB", "PiB")
_KIBI: Final = 1024

_STEPS: Final = (
    (dt.timedelta(days=365), "year"),
    (dt.timedelta(days=30), "month"),
    (dt.timedelta(days=1), "day"),
    (dt.timedelta(hours=1), "hour"),
    (dt.timedelta(minutes=1), "minute"),
    (dt.timedelta(seconds=1), "second"),
)


def pieces(text: str, *, lines: bool = False) -> list[tuple[str, bool]]:
    """Return the text in pieces: what reads as it is (False), and codes of unseen letters (True).

    With `lines`, line feeds and tabs are left as they are.
    """
    found: list[tuple[str, bool]] = []
    plain_run: list[str] = []
    for letter in text:
        if not _unseen(letter) or (lines and letter in _KEPT_IN_LINES):
            plain_run.append(letter)
            continue
        if plain_run:
            found.append(("".join(plain_run), False))
            plain_run = []
        found.append((f"U+{ord(letter):04X}", True))
    if plain_run:
        found.append(("".join(plain_run), False))
    return found


def plain(text: str, limit: int = 0) -> str:
    """Return the text with codes for unseen letters, cut to `limit` letters when that is given."""
    shown = "".join(f"[{part}]" if code else part for part, code in pieces(text))
    return f"{shown[: limit - 1]}…" if limit and len(shown) > limit else shown


def explained(code: str) -> str:
    """Return what `U+202E` stands for: its name in Unicode, where it has one."""
    letter = chr(int(code.removeprefix("U+"), 16))
    return f"{code} {unicodedata.name(letter, 'control character')}"


def size(count: int) -> str:
    """Return bytes as a person reads them: `512 B`, `1.5 MiB`."""
    if count < _KIBI:
        return f"{count} B"
    value = float(count)
    for unit in _UNITS:
        value /= _KIBI
        if round(value, 1) < _KIBI or unit == _UNITS[-1]:
            return f"{value:.1f} {unit}"
    raise AssertionError("unreachable: the last unit takes everything")


def counted(number: int, word: str) -> str:
    """Return `1 file`, `2 files`, `1,234 files`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def exact(moment: dt.datetime) -> str:
    """Return a time to the second, in UTC."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"


def relative(moment: dt.datetime, now: dt.datetime) -> str:
    """Return how far a time is from now: `3 minutes ago`, `in 2 days`, `just now`."""
    distance = abs(now - moment)
    for step, word in _STEPS:
        if distance >= step:
            words = counted(distance // step, word)
            return f"{words} ago" if moment < now else f"in {words}"
    return "just now"


def short_digest(digest: str) -> str:
    """Return the first twelve digits of a digest, for recognition by eye."""
    kind, _, digits = digest.rpartition(":")
    return f"{kind}:{digits[:12]}…" if kind else f"{digits[:12]}…"


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN or letter in BLANK
