"""Keeps secrets that stand in addresses out of errors and logs. Knows no service."""

import logging
import re
from typing import Final, override
from urllib.parse import parse_qsl, quote, urlsplit

#: Query parameters whose value alone lets a caller in: Workflows and storage signatures, function keys.
_SECRET_PARAMETER: Final = re.compile(r"\b(sig|code|sas|token)=[^&\s'\"<>)]+", re.IGNORECASE)
#: The address behind which one person decides: whoever reads it could, too.
_LINK: Final = re.compile(r"(/promotions/[a-z2-7]{26}/link/)[^/?#\s'\"<>)]+")
_HIDDEN: Final = "***"
#: A shorter value is a version or a flag; replacing it everywhere would make texts unreadable.
_SHORTEST_SECRET: Final = 8

#: Loggers that write addresses with their query at level DEBUG.
_LOGGERS: Final = ("urllib3.connectionpool", "urllib3.util.retry")


def secrets_of(address: str) -> tuple[str, ...]:
    """Return what must not be shown of an address: its query's values, in every way they are written."""
    values = [
        value
        for name, value in parse_qsl(urlsplit(address).query)
        if name != "api-version" and len(value) >= _SHORTEST_SECRET
    ]
    written = {form for value in values for form in (value, quote(value), quote(value, safe=""))}
    return tuple(sorted(written, key=len, reverse=True))


def hide(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Return the text without these secrets, known parameters' values, and people's own links."""
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return _LINK.sub(rf"\1{_HIDDEN}", _SECRET_PARAMETER.sub(rf"\1={_HIDDEN}", text))


class HideSecrets(logging.Filter):
    """Rewrites records that hold a secret; lets every record pass."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        shown = hide(text)
        if shown != text:
            record.msg, record.args = shown, ()
        return True


_FILTER: Final = HideSecrets()


def guard_logs() -> None:
    """Have the HTTP library's logs hide secrets, whatever level they are set to. Safe to repeat."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
