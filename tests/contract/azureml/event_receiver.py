"""A stand-in for Event Grid's endpoint: keeps what is POSTed to it, answers what it is told.

Knows HTTP, nothing of events.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.serving import serving


class Receiver:
    """What arrived, and how to answer."""

    def __init__(self) -> None:
        self.status = 200
        self.events: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []

    def wait_for(self, subject: str, seconds: float = 20) -> dict[str, Any]:
        """Return the first accepted event about `subject`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for event in list(self.events):
                if event["subject"] == subject:
                    return event
            time.sleep(0.02)
        raise AssertionError(f"no event about {subject} within {seconds} s")


@contextmanager
def receiving(port: int, status: int = 200) -> Iterator[Receiver]:
    """Listen on the port while the context is open."""
    receiver = Receiver()
    receiver.status = status

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.paths.append(self.path)
            receiver.keys.append(self.headers.get("aeg-sas-key"))
            if receiver.status == 200:
                receiver.events += json.loads(body)
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    with serving(ThreadingHTTPServer(("127.0.0.1", port), Handler)):
        yield receiver
