"""The inbox's SMTP server, on the event loop of its process.

Must not know what a mail contains.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from aiosmtpd.smtp import SMTP

from sandbox.serving.faults import Faults

#: Azure Communication Services' limit for a whole mail, in bytes.
SIZE_LIMIT: Final = 10 * 1024 * 1024

#: The place's name in planned refusals.
PLACE: Final = "email"

type Receive = Callable[[bytes, str, list[str]], None]


class _Handler:
    """Hands over each mail: content, envelope sender, envelope recipients."""

    def __init__(self, receive: Receive, faults: Faults) -> None:
        self._receive = receive
        self._faults = faults

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: ANN401, N802 - aiosmtpd names its hooks and ships no types
        """Answer 250 once the mail is kept, or the planned refusal."""
        status = self._faults.take(PLACE)
        if status is not None:
            return f"{status} Refused, as the sandbox was told to"
        self._receive(envelope.content, envelope.mail_from or "", list(envelope.rcpt_tos))
        return "250 Message kept"


@contextlib.asynccontextmanager
async def serving(port: int, receive: Receive, faults: Faults) -> AsyncIterator[None]:
    """Serve SMTP on a loopback port; `receive` is called for each mail and must have kept it."""
    handler = _Handler(receive, faults)

    def connection() -> asyncio.Protocol:
        protocol: asyncio.Protocol = SMTP(
            handler,
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname="inbox.sandbox.invalid",
            ident="the sandbox's inbox",
        )
        return protocol

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        server.close_clients()
        await server.wait_closed()
