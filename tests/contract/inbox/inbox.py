"""An inbox in this process, and the ways a sender or a test reaches it."""

import asyncio
import contextlib
import io
import json
import smtplib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.config import Config
from sandbox.inbox.server import build

CARD_TYPE = "application/vnd.microsoft.card.adaptive"


def card(*texts: str, **members: object) -> dict[str, Any]:
    """Return a card of text blocks, with further members of the card."""
    body = [{"type": "TextBlock", "text": text} for text in texts]
    return {"type": "AdaptiveCard", "version": "1.4", "body": body, **members}


def envelope(*cards: object) -> dict[str, Any]:
    """Return the documented envelope around cards."""
    return {
        "type": "message",
        "attachments": [
            {"contentType": CARD_TYPE, "contentUrl": None, "content": card} for card in cards
        ],
    }


@dataclass
class Inbox:
    """A running inbox."""

    config: Config
    session: aiohttp.ClientSession

    async def post(self, body: object, *, url: str = "") -> int:
        """Post to the Teams webhook; return the status."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(
            url or self.config.teams_webhook,
            data=io.BytesIO(data),
            headers={"Content-Type": "application/json"},
        ) as answer:
            return answer.status

    async def mail(self, message: EmailMessage | bytes, *recipients: str) -> None:
        """Send a mail over SMTP, as a mail client does."""
        await asyncio.to_thread(self._mail, message, list(recipients))

    def _mail(self, message: EmailMessage | bytes, recipients: list[str]) -> None:
        with smtplib.SMTP("127.0.0.1", self.config.ports.smtp) as server:
            if isinstance(message, bytes):
                server.sendmail("promotion@sandbox.invalid", recipients, message)
            else:
                server.send_message(message)

    async def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        async with self.session.get(f"{self.config.inbox_url}{path}") as answer:
            return answer.status, await answer.text()

    async def messages(self, query: str = "") -> list[dict[str, Any]]:
        """Return the messages, newest first."""
        _, text = await self.get(f"/api/messages{query}")
        items: list[dict[str, Any]] = json.loads(text)["items"]
        return items

    async def admin(self, method: str, path: str, body: object = None) -> int:
        """Call an administrative path with the key; return the status."""
        headers = {"x-sandbox-key": self.config.master_key}
        url = f"{self.config.inbox_url}{path}"
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            return answer.status


@contextlib.asynccontextmanager
async def running_inbox(config: Config) -> AsyncIterator[Inbox]:
    """Serve the inbox in this process."""
    runner = web.AppRunner(build(config), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", config.ports.inbox).start()
        async with aiohttp.ClientSession() as session:
            yield Inbox(config, session)
    finally:
        await runner.cleanup()
