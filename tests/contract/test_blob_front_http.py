"""The front of Azurite's blobs on the wire: what goes in comes out, byte for byte.

A scripted server stands where Azurite listens; the client is a bare TLS socket.
"""

import asyncio
import contextlib
from pathlib import Path

import pytest

from sandbox.blob_front.server import listening
from sandbox.config import Config, create
from tests.contract.blob_front_wire import ACCOUNT, EMPTY, answering, ask, connect, head, upstream

pytestmark = pytest.mark.asyncio


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return create(tmp_path)


@pytest.mark.parametrize(
    "target",
    [
        "/c/with%20space",
        "/c/%C3%BC%E6%A8%A1",
        "/c/a%2Fb%2fc",
        "/c/per%25cent%0Aline",
        "/c/~tilde'(paren)!*;=:@&+$,",
        "/c//double//slash/",
        "/c/dots/../up/./here",
        "/c?restype=container&comp=list&prefix=a%2Fb%20c+d",
        "/c/b?sv=2025-01-01&sig=ab%2Bcd%2Fef%3D&empty=",
        "/c/" + "%E6%A8%A1" * 1024 + "?sig=x",
        "/",
    ],
)
async def test_a_target_reaches_azurite_byte_for_byte(config: Config, target: str) -> None:
    heads: list[bytes] = []

    async with upstream(config, answering(EMPTY, heads)):
        await ask(config, head("GET", target, "Connection: close"))

    assert heads[0].split(b"\r\n")[0].decode() == f"GET /{ACCOUNT}{target} HTTP/1.1"


async def test_headers_reach_azurite_as_they_were_sent_and_none_is_added(config: Config) -> None:
    heads: list[bytes] = []
    lines = ["x-ms-meta-CamelCase: v 1", "X-Ms-Version: 2025-01-05", "Authorization: Bearer abc"]

    async with upstream(config, answering(EMPTY, heads)):
        await ask(config, head("GET", "/c/b", *lines, "Connection: close"))

    received = sorted(heads[0].decode().split("\r\n")[1:-2])
    assert received == sorted([f"Host: 127.0.0.1:{config.ports.azurite_blob}", *lines])


async def test_headers_come_back_as_azurite_sent_them_and_none_is_added(config: Config) -> None:
    lines = [b"x-ms-meta-CamelCase: v 1", b'ETag: "0x1"', b"Date: Mon, 01 Jan 2026 00:00:00 GMT"]
    answer = b"\r\n".join([b"HTTP/1.1 201 Created", *lines, b"Content-Length: 2", b"", b"ok"])

    async with upstream(config, answering(answer, [])):
        received = await ask(config, head("GET", "/c/b", "Connection: close"))

    first, *rest = received.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert first == b"HTTP/1.1 201 Created"
    assert sorted(rest) == sorted([*lines, b"Content-Length: 2", b"Connection: close"])
    assert received.endswith(b"\r\n\r\nok")


async def test_the_host_names_the_account_on_the_shared_port(config: Config) -> None:
    heads: list[bytes] = []
    host = f"stprodreg1.blob.localhost:{config.ports.blob_front}"

    async with upstream(config, answering(EMPTY, heads)):
        request = head("GET", "/c/b", "Connection: close", host=host)
        await ask(config, request, config.ports.blob_front)

    assert heads[0].startswith(b"GET /stprodreg1/c/b HTTP/1.1")


async def test_a_host_that_is_no_account_is_told_which_there_are(config: Config) -> None:
    async with upstream(config, answering(EMPTY, [])):
        request = head("GET", "/c/b", "Connection: close", host="nobody.blob.localhost")
        answer = await ask(config, request, config.ports.blob_front)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"x-ms-error-code: InvalidUri" in answer
    assert b"stdevreg1" in answer


async def test_a_copy_source_at_the_front_becomes_azurites_own_address(config: Config) -> None:
    heads: list[bytes] = []
    source = f"https://localhost:{config.ports.accounts['stprodreg1']}/c/%C3%BC%2F+?sig=a%2Fb"

    async with upstream(config, answering(EMPTY, heads)):
        request = head("PUT", "/c/b", f"x-ms-copy-source: {source}", "Connection: close")
        await ask(config, request)

    own = f"http://127.0.0.1:{config.ports.azurite_blob}/stprodreg1/c/%C3%BC%2F+?sig=a%2Fb"
    assert f"x-ms-copy-source: {own}\r\n".encode() in heads[0]


async def test_a_header_that_is_not_utf_8_is_refused(config: Config) -> None:
    request = head("GET", "/c/b", "Connection: close")[:-2] + b"x-ms-meta-a: \xff\r\n\r\n"

    async with upstream(config, answering(EMPTY, [])):
        received = await ask(config, request)

    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"x-ms-error-code: InvalidHeaderValue" in received


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n"),
        ("GET", b'HTTP/1.1 304 Not Modified\r\nETag: "0x1"\r\n\r\n'),
        ("PUT", b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
        ("DELETE", b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"),
    ],
)
async def test_answers_without_a_body_keep_the_connection_for_the_next_request(
    config: Config,
    method: str,
    answer: bytes,
) -> None:
    async with upstream(config, answering(answer, [])):
        reader, writer = await connect(config)
        received = []
        for _ in range(3):
            writer.write(head(method, "/c/b", "Content-Length: 0"))
            received.append(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10))
        writer.close()

    first, *lines = answer.split(b"\r\n")
    for got in received:
        assert got.startswith(first)
        assert all(line in got for line in lines)


async def test_a_chunked_answer_arrives_whole(config: Config) -> None:
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )

    async with upstream(config, answering(answer, [])):
        received = await ask(config, head("GET", "/c?comp=list", "Connection: close"))

    assert received.endswith(b"0\r\n\r\n")
    assert received.count(b"abc") == received.count(b"de") == 1


async def test_a_chunked_request_arrives_whole(config: Config) -> None:
    bodies: list[bytes] = []
    request = head("PUT", "/c/b", "Transfer-Encoding: chunked", "Connection: close")

    async with upstream(config, answering(EMPTY, [], bodies)):
        await ask(config, request + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    assert b"abc" in bodies[0]
    assert bodies[0].endswith(b"0\r\n\r\n")


async def test_a_compressed_body_is_passed_on_compressed(config: Config) -> None:
    bodies: list[bytes] = []
    request = head("PUT", "/c/b", "Content-Encoding: gzip", "Content-Length: 8")

    async with upstream(config, answering(EMPTY, [], bodies)):
        reader, writer = await connect(config)
        writer.write(request + b"not gzip")
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        writer.close()

    assert bodies == [b"not gzip"]


async def test_a_client_that_waits_before_sending_its_body_is_told_to_go_on(config: Config) -> None:
    bodies: list[bytes] = []

    async with upstream(config, answering(EMPTY, [], bodies)):
        reader, writer = await connect(config)
        writer.write(head("PUT", "/c/b", "Expect: 100-continue", "Content-Length: 4"))
        interim = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        writer.write(b"body")
        final = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        writer.close()

    assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert final.startswith(b"HTTP/1.1 200 OK")
    assert bodies == [b"body"]


async def test_an_answer_that_breaks_off_breaks_off_at_the_client_too(config: Config) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    async with upstream(config, script):
        received = await ask(config, head("GET", "/c/b"))

    assert b"Content-Length: 10\r\n" in received
    assert received.endswith(b"half")


async def test_an_azurite_that_is_away_is_answered_503_and_named(
    config: Config,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with listening(config):
        received = await ask(config, head("GET", "/c/b", "Connection: close"))

    assert received.startswith(b"HTTP/1.1 503 ")
    assert b"x-ms-error-code: ServerBusy" in received
    assert f"127.0.0.1:{config.ports.azurite_blob}".encode() in received
    assert "azurite does not answer" in caplog.messages


async def test_a_client_that_leaves_is_not_taken_for_an_azurite_that_is_away(
    config: Config,
    caplog: pytest.LogCaptureFixture,
) -> None:
    left = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(1_000_000)
        writer.close()
        left.set()

    async with upstream(config, script):
        _, writer = await connect(config)
        writer.write(head("PUT", "/c/b", "Content-Length: 1000000") + b"a part of it")
        await writer.drain()
        writer.transport.abort()
        await asyncio.wait_for(left.wait(), 10)

    assert "azurite does not answer" not in caplog.messages
