"""Where log records go: lines for a person on stdout, JSON with every field in a file.

Both are without keys and tokens. Must not know who logs what.
"""

import datetime as dt
import json
import logging
import sys
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

from sandbox.functions_host.errors import HostError
from sandbox.functions_host.invocations import Names
from sandbox.functions_host.redaction import Redactor
from sandbox.functions_host.worker import current_invocation

#: The host's own records; everything else is the app's or a library's.
HOST_LOGGER: Final = "sandbox.functions_host"

_LEVELS: Final = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": logging.CRITICAL + 10,
}
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "trace",
}
_FILE_BYTES: Final = 20_000_000
#: Their warnings and worse are worth a line; a line for every request they make is not.
_QUIET: Final = ("azure", "aiohttp", "urllib3", "asyncio", "msal")


def set_up(
    folder: Path,
    *,
    redactor: Redactor,
    levels: Mapping[str, str],
    names: Names,
) -> None:
    """Send all records of this process to stdout and to `{folder}/logs/functions.log`.

    Args:
        folder: the sandbox's state folder.
        redactor: what takes the secrets out.
        levels: `logging.logLevel` of host.json: `default`, `Function`, `Function.{name}`,
            `Function.{name}.User`, `Host`; the longest name that fits a record counts.
        names: the names of the running invocations' functions.

    Raises:
        HostError: a level that does not exist.
    """
    filters = (_Invocation(names), _Level(_parse(levels)))
    path = folder / "logs" / "functions.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(path, maxBytes=_FILE_BYTES, backupCount=2, encoding="utf-8")
    file.setFormatter(_Json(redactor))
    lines = logging.StreamHandler(sys.stdout)
    lines.setFormatter(_Line(redactor))
    root = logging.getLogger()
    root.handlers = [lines, file]
    for handler in root.handlers:
        for one in filters:
            handler.addFilter(one)
    root.setLevel(logging.DEBUG)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # The worker's own line about a failed run repeats the host's, with less in it.
    logging.getLogger("azure.functions").addFilter(_not_the_workers_failure)


class _Invocation(logging.Filter):
    """Adds the invocation and the function that a record was logged in."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names

    def filter(self, record: logging.LogRecord) -> bool:
        if "invocation_id" not in vars(record):
            invocation = current_invocation()
            if invocation is not None:
                record.invocation_id = invocation
                record.function = self._names.get(invocation)
        return True


class _Level(logging.Filter):
    """Drops what host.json's levels drop."""

    def __init__(self, levels: Mapping[str, int]) -> None:
        super().__init__()
        self._levels = levels

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= self._level(_category(record))

    def _level(self, category: str) -> int:
        parts = category.split(".")
        for length in range(len(parts), 0, -1):
            level = self._levels.get(".".join(parts[:length]))
            if level is not None:
                return level
        return self._levels["default"]


class _Line(logging.Formatter):
    """One line, and the trace below it."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        extra = {name: self._redactor.clean_value(value) for name, value in _extra(record).items()}
        # Quoted where a line break in it would look like another record.
        fields = " ".join(f"{name}={_quoted(str(value))}" for name, value in extra.items())
        text = f"{_time(record)} {record.levelname} {record.name}: {record.getMessage()} {fields}"
        return self._redactor.clean(f"{text.rstrip()}\n{_trace(record)}".rstrip())


class _Json(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if trace := _trace(record):
            fields["exception"] = trace
        # Cleaned before it is JSON: a secret taken out of JSON may take a quote with it.
        return json.dumps(self._redactor.clean_value(fields), ensure_ascii=False)


def _parse(levels: Mapping[str, str]) -> dict[str, int]:
    parsed = {"default": logging.INFO}
    for category, level in levels.items():
        if level.lower() not in _LEVELS:
            raise HostError(
                f"host.json: logging.logLevel.{category} is {level!r}, and must be one of "
                f"{', '.join(name.capitalize() for name in _LEVELS)}",
            )
        parsed[category] = _LEVELS[level.lower()]
    return parsed


def _category(record: logging.LogRecord) -> str:
    function = getattr(record, "function", None)
    if record.name.startswith(HOST_LOGGER):
        return f"Function.{function}" if function else "Host"
    return f"Function.{function}.User" if function else "default"


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def _trace(record: logging.LogRecord) -> str:
    # A function's trace comes from the worker as text.
    if record.exc_info:
        return logging.Formatter().formatException(record.exc_info)
    return str(getattr(record, "trace", ""))


def _quoted(text: str) -> str:
    return text if text.isprintable() else repr(text)


def _time(record: logging.LogRecord) -> str:
    return dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")


def _not_the_workers_failure(record: logging.LogRecord) -> bool:
    return record.msg != "Native invocation failed"
