"""Which web addresses the app may be told to call or to link to. Knows no service and opens nothing.

Addresses come from settings and some are secrets: an error names the setting and at most the host.
"""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from promotion.domain.errors import InvalidError

#: Characters of RFC 3986. Libraries disagree about what all others mean, which is how an address that
#: passed a check ends up at another host.
_PLAIN: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_LONGEST: Final = 2_000
_TLS_PORT: Final = 443


def check_address(
    address: str,
    *,
    setting: str,
    hosts: tuple[str, ...] = (),
    allow_loopback: bool = False,
) -> str:
    """Return the address, after checking that it is `https` and names a host that is allowed.

    Args:
        address: what the setting says.
        setting: the setting's name, for the error.
        hosts: suffixes of allowed hosts, each with its leading dot, on port 443; none: any host.
        allow_loopback: whether this machine itself is allowed, also over `http` and on any port.

    Raises:
        InvalidError: it is none of that. The address is not repeated: it may hold a secret.
    """
    parts = _split(address, setting)
    host = parts.hostname or ""
    if is_loopback(host):
        _check_loopback(parts, setting, allow_loopback=allow_loopback)
        return address
    if parts.scheme != "https":
        raise InvalidError(f"{setting} is not an https address.", "Begin it with https://.")
    if not _HOST.fullmatch(host):
        raise InvalidError(f"{setting} names no host.", "Write https://<host>/...")
    if hosts and not (host.endswith(hosts) and _port(parts, setting) in {None, _TLS_PORT}):
        raise InvalidError(
            f"{setting} points to {host}, which is not allowed.",
            f"It must be on port {_TLS_PORT} of a host that ends with {' or '.join(hosts)}.",
        )
    return address


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means this machine, without asking any name server."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(address: str, setting: str) -> SplitResult:
    if not _PLAIN.fullmatch(address) or len(address) > _LONGEST:
        raise InvalidError(
            f"{setting} is empty, too long, or holds characters that no web address has.",
            "Copy the address again, without spaces or quotes around it.",
        )
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise InvalidError(f"{setting} is not a web address: {error}.") from None
    if "@" in parts.netloc or parts.fragment:
        raise InvalidError(
            f"{setting} holds a user name or a fragment.",
            "Leave out what stands before @ or after #.",
        )
    return parts


def _check_loopback(parts: SplitResult, setting: str, *, allow_loopback: bool) -> None:
    if not allow_loopback:
        raise InvalidError(
            f"{setting} points to this machine.",
            "Only the sandbox does that, and says so in its settings.",
        )
    if parts.scheme not in {"http", "https"}:
        raise InvalidError(f"{setting} is not an http address.", "Begin it with http://.")


def _port(parts: SplitResult, setting: str) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise InvalidError(f"{setting} has a port that is none.") from error
