"""Text from outside made harmless for cards and mails, and numbers and times as people read them.

Names, tags, comments and errors are written by others. Whatever they hold, they stay one line of
visible text: no line break, no control or format character (so nothing turns the direction of the
text around), nothing that a mail client turns into a link by its scheme. Markup is no matter here: the
card shows such text in elements that know none, the mail escapes it.
"""

import datetime as dt
import re
import unicodedata
from typing import Any, Final

#: Control, format, surrogate, private use, unassigned; line and paragraph separators.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Blank letters of other categories; a name of these alone would look empty.
BLANK: Final = frozenset(
    "\u115f\u1160\u3164\uffa0\u2800\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u034f\u17b4\u17b5\u180b\u180c\u180d\ufe0e\ufe0f"
)
_BREAKS: Final = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]")
#: An asset id is no link anywhere, and reads better whole.
_SCHEME: Final = re.compile(r"(?<!azureml)://", re.IGNORECASE)
#: How much of a long text is looked at, per character shown: stripping may leave less.
_READ_AHEAD: Final = 4

_STEP: Final = 1024
_UNITS: Final = ("KiB", "MiB", "GiB", "TiB", "PiB")
_DIGEST_SHOWN: Final = len("sha256:") + 12

NAME: Final = 120
SENTENCE: Final = 300


def plain(text: object, limit: int = SENTENCE) -> str:
    """Return text from outside as one harmless line of at most `limit` characters.

    What is cut off leaves an ellipsis; what had only invisible characters says so.
    """
    written = text if isinstance(text, str) else _written(text)
    seen = _BREAKS.sub(" ", written[: limit * _READ_AHEAD])
    seen = "".join(letter for letter in seen if _shows(letter))
    seen = _SCHEME.sub(": //", " ".join(unicodedata.normalize("NFC", seen).split()))
    if not seen and written.strip():
        return cut("(no visible characters)", limit)
    complete = len(written) <= limit * _READ_AHEAD
    return seen if complete and len(seen) <= limit else f"{seen[: limit - 1].rstrip()}…"


def cut(text: str, limit: int) -> str:
    """Return text that is harmless already, cut to `limit` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def title(name: str) -> str:
    """Return a check's name as a title: `metric_threshold:rmse` is `Metric threshold: rmse`."""
    # Behind a bracket, which of the assets that travel along it is about.
    check, bracket, about = name.partition(" (")
    kind, _, subject = check.partition(":")
    title = kind.replace("_", " ").capitalize().replace("Mlflow", "MLflow")
    return f"{title}{': ' if subject else ''}{subject}{bracket}{about}"


def short_digest(digest: str) -> str:
    """Return the beginning of a digest, enough to compare by eye."""
    return plain(digest, 80)[:_DIGEST_SHOWN] if digest else "not known yet"


def size(count: int) -> str:
    """Return a number of bytes in binary units, as in `1.4 MiB`."""
    if count < _STEP:
        return f"{count} {'byte' if count == 1 else 'bytes'}"
    power = min((count.bit_length() - 1) // 10, len(_UNITS))
    return f"{count / _STEP**power:.1f} {_UNITS[power - 1]}"


def moment(at: dt.datetime) -> str:
    """Return a time in UTC, as in `Sun 8 March 2026, 12:00 UTC`."""
    utc = at.astimezone(dt.UTC)
    return f"{utc:%a} {utc.day} {utc:%B %Y, %H:%M} UTC"


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, as in `1 file` or `3 files`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _shows(letter: str) -> bool:
    # Blanks are left for what is split at them.
    blank = letter in BLANK and not letter.isspace()
    return not blank and unicodedata.category(letter) not in _UNSEEN


def _written(value: Any) -> str:  # noqa: ANN401 -- a fact's data holds any JSON value
    return "" if value is None else str(value)
