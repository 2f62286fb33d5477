"""A bare TLS client and a scripted server on either side of the blob front: bytes, no library."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

from sandbox.blob_front.server import listening
from sandbox.config import Config

type Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
type Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

ACCOUNT = "stdevreg1"
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@contextlib.asynccontextmanager
async def upstream(config: Config, script: Script) -> AsyncIterator[None]:
    """Run a script for each connection where Azurite would listen, and the front before it."""
    server = await asyncio.start_server(script, "127.0.0.1", config.ports.azurite_blob)
    async with server, listening(config):
        yield


async def connect(config: Config, port: int | None = None) -> Connection:
    """Open a TLS connection to the front, to the account's own port unless told otherwise."""
    context = ssl.create_default_context(cafile=config.ca_bundle)
    port = port or config.ports.accounts[ACCOUNT]
    return await asyncio.open_connection("127.0.0.1", port, ssl=context)


async def ask(config: Config, request: bytes, port: int | None = None) -> bytes:
    """Send one request that closes its connection, return the whole answer."""
    reader, writer = await connect(config, port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        await writer.wait_closed()
    return answer


def answering(answer: bytes, heads: list[bytes], bodies: list[bytes] | None = None) -> Script:
    """Return a script that gives the same answer to every request and keeps what it read."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                heads.append(head)
                if bodies is not None:
                    bodies.append(await body_of(head, reader))
                writer.write(answer)
        writer.close()

    return script


async def body_of(head: bytes, reader: asyncio.StreamReader) -> bytes:
    if b"chunked" in head.lower():
        return await reader.readuntil(b"0\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return await reader.readexactly(int(length or b"0"))


def head(method: str, target: str, *lines: str, host: str = "localhost") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode()
