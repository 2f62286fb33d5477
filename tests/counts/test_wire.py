"""The counters themselves: what passes through sockets is seen, in the clear and inside TLS."""

import http.server
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bench import wire
from sandbox import config as configuration
from sandbox import tls
from tests.serving import serving

BODY = b"x" * 300_000


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with a body, and takes one."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(params=["http", "https"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str | bool]]:
    """The server's address, and what to trust; it runs in this process, so each byte passes twice."""
    config = configuration.create(tmp_path)
    tls.ensure(config)
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    if request.param == "https":
        context = tls.server_context(config)
        assert isinstance(context, ssl.SSLContext)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server):
        yield f"{request.param}://localhost:{server.server_port}/", str(config.ca_bundle)


def test_bytes_that_come_in_are_counted(address: tuple[str, str | bool]) -> None:
    url, trusted = address

    with wire.counted() as traffic:
        requests.get(url, verify=trusted, timeout=10)

    assert len(BODY) <= traffic.received <= len(BODY) + 2_000
    assert [(each.method, each.target) for each in traffic.requests] == [("GET", "/")]


def test_bytes_that_go_out_are_counted(address: tuple[str, str | bool]) -> None:
    url, trusted = address

    with wire.counted() as traffic:
        requests.put(url, data=BODY, verify=trusted, timeout=10)

    assert len(BODY) <= traffic.sent <= len(BODY) + 2_000


def test_after_the_block_nothing_is_counted_and_everything_is_as_before(
    address: tuple[str, str | bool],
) -> None:
    url, trusted = address
    before = {cls: dict(vars(cls)) for cls in (ssl.SSLSocket, __import__("socket").socket)}

    with wire.counted() as traffic:
        pass
    requests.get(url, verify=trusted, timeout=10)

    assert (traffic.received, traffic.sent, traffic.requests) == (0, 0, [])
    assert {cls: dict(vars(cls)) for cls in before} == before
