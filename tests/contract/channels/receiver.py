"""A small HTTP server on loopback that keeps what it gets and answers as it is told."""

import contextlib
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from tests.serving import serving


class Got(msgspec.Struct, frozen=True):
    """One request: path with query, headers by lower-case name, body."""

    path: str
    headers: dict[str, str]
    body: bytes


class Answer(msgspec.Struct, frozen=True):
    """What to answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = {}


@dataclass
class Receiver:
    """What came, and what is answered next; without a plan it answers `usual`."""

    usual: Answer
    plans: list[Answer] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    url: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(
        self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer one more request that way."""
        self.plans.append(Answer(status, body, dict(headers or {})))

    def take(self, got: Got) -> Answer:
        """Keep a request and return its answer."""
        with self._lock:
            self.got.append(got)
            return self.plans.pop(0) if self.plans else self.usual


@contextlib.contextmanager
def receiving(usual: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Serve a receiver on a free port of this machine."""
    receiver = Receiver(usual)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = receiver.take(Got(self.path, headers, body))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme, host = ("http", "127.0.0.1") if tls is None else ("https", "localhost")
    receiver.url = f"{scheme}://{host}:{server.server_address[1]}"
    with serving(server):
        yield receiver
