"""Listens on the front's ports with the sandbox's certificate, until told to stop.

Knows ports and life cycle; must not know what a request says.
"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable
from typing import Final

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web

from sandbox import tls
from sandbox.blob_front.addresses import Addresses
from sandbox.blob_front.proxy import Proxy, drop_additions
from sandbox.config import Config

# A blob's name may have 1,024 characters, each up to nine bytes when encoded; a SAS comes on top.
_LINE: Final = 64 * 1024
_PIECE: Final = 256 * 1024
# Shorter than Azurite keeps idle connections: none is picked up just when it closes.
_IDLE: Final = 2.0
_SILENCE: Final = 300.0

#: Makes a listening socket for a port.
type Listen = Callable[[int], socket.socket]


def on_loopback(port: int) -> socket.socket:
    """Return a listening socket of loopback.

    Raises:
        OSError: the port is taken.
    """
    return socket.create_server(("127.0.0.1", port))


async def serve(config: Config, *, listen: Listen = on_loopback) -> None:
    """Serve the front of one sandbox until SIGTERM or SIGINT, then finish what is on the way."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with listening(config, listen=listen):
        print(f"blob front: https://ACCOUNT.blob.localhost:{config.ports.blob_front}", flush=True)
        await stop.wait()


@contextlib.asynccontextmanager
async def listening(config: Config, *, listen: Listen = on_loopback) -> AsyncIterator[None]:
    """Serve the front of one sandbox inside the block, in the running event loop.

    Raises:
        OSError: a port is taken.
    """
    addresses = Addresses.of(config)
    async with _session() as session:
        runner = _runner(Proxy(addresses, session))
        await runner.setup()
        try:
            context = tls.server_context(config)
            for port in addresses.ports:
                await web.SockSite(runner, listen(port), ssl_context=context).start()
            yield
        finally:
            await runner.cleanup()


def _session() -> ClientSession:
    return ClientSession(
        connector=TCPConnector(limit=0, keepalive_timeout=_IDLE),
        timeout=ClientTimeout(total=None, sock_connect=5, sock_read=_SILENCE),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        read_bufsize=_PIECE,
        max_line_size=_LINE,
        max_field_size=_LINE,
    )


def _runner(proxy: Proxy) -> web.AppRunner:
    app = web.Application()
    app.router.add_route("*", "/{target:(?s:.*)}", proxy.handle)
    app.on_response_prepare.append(drop_additions)
    return web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,
        read_bufsize=_PIECE,
        max_line_size=_LINE,
        max_field_size=_LINE,
        shutdown_timeout=5,
    )
