"""Counts what this process sends and receives: bytes on its sockets, HTTP requests by port.

Counted where every Python library passes: the methods of the standard library's sockets, and the line
with which its HTTP client begins a request. Bytes of TLS connections are counted as the program sees
them, without the records around. Knows no service.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

#: Class, method, and whether its result or its argument is what passed.
_RECEIVING: Final = (
    (socket.socket, "recv"),
    (socket.socket, "recv_into"),
    (ssl.SSLSocket, "read"),
)
_SENDING: Final = (
    (socket.socket, "send"),
    (socket.socket, "sendall"),
    (ssl.SSLSocket, "send"),
)

#: azure-core writes the parts of a batch with an HTTP client that is connected to nothing.
_NOT_SENT: Final = "fakehost"


class Sent(msgspec.Struct, frozen=True):
    """One HTTP request as it left: retries are requests of their own."""

    host: str
    port: int
    method: str
    target: str


class Traffic:
    """What passed while it was counted."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.received = 0
        self.sent = 0
        self.requests: list[Sent] = []
        self._lock = threading.Lock()

    def receive(self, count: int) -> None:
        """Count bytes that came in."""
        with self._lock:
            self.received += count

    def send(self, count: int) -> None:
        """Count bytes that went out."""
        with self._lock:
            self.sent += count

    def request(self, host: str, port: int, method: str, target: str) -> None:
        """Count a request."""
        with self._lock:
            self.requests.append(Sent(host, port, method, target))


@contextmanager
def counted() -> Iterator[Traffic]:
    """Count everything that this process's threads send and receive inside the block."""
    traffic = Traffic()
    kept = [(cls, name, vars(cls).get(name)) for cls, name in (*_RECEIVING, *_SENDING)]
    begin = http.client.HTTPConnection.putrequest
    try:
        for cls, name in _RECEIVING:
            setattr(cls, name, _receiving(getattr(cls, name), traffic))
        for cls, name in _SENDING:
            setattr(cls, name, _sending(getattr(cls, name), traffic))
        http.client.HTTPConnection.putrequest = _beginning(begin, traffic)  # type: ignore[method-assign]  # that is the point
        yield traffic
    finally:
        http.client.HTTPConnection.putrequest = begin  # type: ignore[method-assign]  # as it was
        for cls, name, method in kept:
            if method is None:
                delattr(cls, name)  # inherited from the C class
            else:
                setattr(cls, name, method)


def _receiving(method: Callable[..., Any], traffic: Traffic) -> Callable[..., Any]:
    def receive(self: socket.socket, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 -- passed on
        got = method(self, *arguments, **options)
        traffic.receive(got if isinstance(got, int) else len(got))
        return got

    return receive


def _sending(method: Callable[..., Any], traffic: Traffic) -> Callable[..., Any]:
    def send(self: socket.socket, data: Any, *arguments: Any) -> Any:  # noqa: ANN401 -- passed on
        done = method(self, data, *arguments)
        # `sendall` of a TLS socket calls `send`: only plain sockets come by here for it.
        traffic.send(done if isinstance(done, int) else memoryview(data).nbytes)
        return done

    return send


def _beginning(method: Callable[..., None], traffic: Traffic) -> Callable[..., None]:
    def begin(self: Any, verb: str, target: str, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 -- passed on
        if self.host != _NOT_SENT:
            traffic.request(self.host, self.port, verb, target)
        method(self, verb, target, *arguments, **options)

    return begin
