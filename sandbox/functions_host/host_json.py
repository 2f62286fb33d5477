"""host.json: what the host follows of it, with the platform's defaults.

Source: the host.json reference of Azure Functions 4.x. Must not know who uses a setting.
"""

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from sandbox.functions_host.errors import HostError

_TIME_SPAN: Final = re.compile(r"^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$")
_MAX_BATCH: Final = 32
_DEFAULT_BATCH: Final = 16
_WEEK: Final = dt.timedelta(days=7)
_MIN_POLLING: Final = dt.timedelta(milliseconds=100)

Encoding = Literal["base64", "none"]


class _Queues(msgspec.Struct, rename="camel"):
    batch_size: Annotated[int, msgspec.Meta(ge=1, le=_MAX_BATCH)] = _DEFAULT_BATCH
    new_batch_threshold: Annotated[int, msgspec.Meta(ge=0)] | None = None
    max_dequeue_count: Annotated[int, msgspec.Meta(ge=1)] = 5
    visibility_timeout: str = "00:00:00"
    max_polling_interval: str = "00:00:02"
    message_encoding: Encoding = "base64"


class _Http(msgspec.Struct, rename="camel"):
    route_prefix: str = "api"


class _Extensions(msgspec.Struct):
    http: _Http = msgspec.field(default_factory=_Http)
    queues: _Queues = msgspec.field(default_factory=_Queues)


class _Logging(msgspec.Struct, rename="camel"):
    log_level: dict[str, str] = {}


class _File(msgspec.Struct, rename="camel"):
    version: Literal["2.0"]
    function_timeout: str | None = None
    extensions: _Extensions = msgspec.field(default_factory=_Extensions)
    logging: _Logging = msgspec.field(default_factory=_Logging)


class Queues(msgspec.Struct, frozen=True, kw_only=True):
    """How queue triggers read; `visibility_timeout` is the wait before a failed message returns."""

    batch_size: int
    new_batch_threshold: int
    max_dequeue_count: int
    visibility_timeout: dt.timedelta
    max_polling_interval: dt.timedelta
    encoding: Encoding


class HostJson(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one app's host.json."""

    #: Longest an invocation may run; None is without a limit (`-1`).
    function_timeout: dt.timedelta | None
    #: First part of every route, without slashes.
    route_prefix: str
    queues: Queues
    #: Category, or a prefix of it up to a dot -> level.
    log_levels: dict[str, str]


def read(app: Path) -> HostJson:
    """Return the settings in the app's host.json.

    Raises:
        HostError: missing, not JSON, or a setting that the platform would refuse.
    """
    path = app / "host.json"
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
        return _settings(file)
    except FileNotFoundError as error:
        raise HostError(f'{path} is missing: write one, at least {{"version": "2.0"}}') from error
    except (ValueError, RecursionError) as error:
        raise HostError(f"{path} is not a valid host.json: {error}") from error


def time_span(text: str, name: str) -> dt.timedelta:
    """Return the length of a .NET time span, `[d.]hh:mm:ss[.fffffff]`.

    Raises:
        ValueError: `text` is none; the message says which setting `name` it is.
    """
    match = _TIME_SPAN.match(text)
    if match is None:
        raise ValueError(f"{name} is {text!r}, and must be a time span such as 00:05:00")
    days, hours, minutes, seconds, fraction = match.groups()
    micros = int((fraction or "0").ljust(7, "0")) // 10
    return dt.timedelta(
        days=int(days or 0),
        hours=int(hours),
        minutes=int(minutes),
        seconds=int(seconds),
        microseconds=micros,
    )


def _settings(file: _File) -> HostJson:
    return HostJson(
        function_timeout=_timeout(file.function_timeout),
        route_prefix=file.extensions.http.route_prefix.strip("/"),
        queues=_queues(file.extensions.queues),
        log_levels=file.logging.log_level,
    )


def _timeout(text: str | None) -> dt.timedelta | None:
    # 30 minutes is the default of Flex Consumption, where the app runs in Azure.
    if text is None:
        return dt.timedelta(minutes=30)
    if text == "-1":
        return None
    timeout = time_span(text, "functionTimeout")
    if timeout < dt.timedelta(seconds=1):
        raise ValueError(f"functionTimeout is {text}, and must be one second at least, or -1")
    return timeout


def _queues(queues: _Queues) -> Queues:
    threshold = queues.new_batch_threshold
    visibility = time_span(queues.visibility_timeout, "extensions.queues.visibilityTimeout")
    polling = time_span(queues.max_polling_interval, "extensions.queues.maxPollingInterval")
    if visibility >= _WEEK:
        raise ValueError("extensions.queues.visibilityTimeout must be shorter than 7 days")
    if polling < _MIN_POLLING:
        raise ValueError("extensions.queues.maxPollingInterval must be 00:00:00.1 at least")
    return Queues(
        batch_size=queues.batch_size,
        new_batch_threshold=queues.batch_size // 2 if threshold is None else threshold,
        max_dequeue_count=queues.max_dequeue_count,
        visibility_timeout=visibility,
        max_polling_interval=polling,
        encoding=queues.message_encoding,
    )
