"""A topic's endpoint that records what is published to it and answers as told."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.serving import serving


class Topic:
    """Listens on a free loopback port while entered."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], Any]] = []
        self.status = 200
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._serving = serving(self._server)

    def __enter__(self) -> Self:
        self._serving.__enter__()
        return self

    def __exit__(self, *_error: object) -> None:
        self._serving.__exit__(None, None, None)

    @property
    def url(self) -> str:
        """The topic's address."""
        return f"http://127.0.0.1:{self._server.server_port}/facts/api/events"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        topic = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                topic.received.append((dict(self.headers), json.loads(body)))
                self.send_response(topic.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Nothing: the records are looked at."""

        return Handler
