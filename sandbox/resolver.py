"""Makes `*.localhost` loopback for this process, as RFC 6761 section 6.3 asks of resolvers.

The C library's own resolver does not do so everywhere, and storage accounts are reached by such
names (`{account}.blob.localhost`). Knows nothing of what listens there. asyncio and the HTTP
libraries resolve through `socket.getaddrinfo`, so one place is enough.
"""

import socket
from typing import Any, Final

_LOOPBACK: Final = "127.0.0.1"

_system: Final = socket.getaddrinfo


def install() -> None:
    """Resolve `*.localhost` to 127.0.0.1 in this process from now on; a second call does nothing.

    Names that are not below `localhost` are resolved by the system as before.
    """
    if getattr(socket.getaddrinfo, "resolves_localhost", False):
        return
    socket.getaddrinfo = _getaddrinfo


def _getaddrinfo(
    host: bytes | str | None,
    port: bytes | str | int | None,
    *args: Any,  # noqa: ANN401 - family, type, proto and flags, handed on as they came
    **kwargs: Any,  # noqa: ANN401 - as above
) -> Any:  # noqa: ANN401 - whatever the system's answers
    return _system(_loopback(host), port, *args, **kwargs)


_getaddrinfo.resolves_localhost = True  # type: ignore[attr-defined]  # the mark `install` looks for


def _loopback(host: bytes | str | None) -> bytes | str | None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is None or not name.lower().rstrip(".").endswith(".localhost"):
        return host
    return _LOOPBACK
