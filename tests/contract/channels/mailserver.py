"""A mail server on loopback that keeps what it gets, with TLS, sign-in and refusals on demand."""

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.contract.channels.sides import closed_port

USER, PASSWORD = "promotion", "Correct-Horse-1"


@dataclass
class MailServer:
    """What came, and who is refused: address -> reply."""

    port: int
    mails: list[Envelope] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    recipients: dict[str, str] = field(default_factory=dict)
    sender_reply: str = ""
    data_reply: str = ""

    def messages(self) -> list[EmailMessage]:
        """Return the mails as a mail program reads them."""
        return [message_from_bytes(each.content, policy=policy.default) for each in self.mails]

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd names its hooks
        self,
        _server: object,
        _session: object,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take or refuse a sender."""
        envelope.mail_from, envelope.mail_options = address, options
        return self.sender_reply or "250 OK"

    async def handle_RCPT(  # noqa: N802 -- as above
        self,
        _server: object,
        _session: object,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take or refuse a recipient."""
        if address in self.recipients:
            return self.recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- as above
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        """Take or refuse a mail."""
        if self.data_reply:
            return self.data_reply
        self.mails.append(envelope)
        return "250 OK"

    def authenticate(
        self, _server: object, _session: object, _envelope: object, mechanism: str, given: object
    ) -> AuthResult:
        """Compare user and password."""
        self.commands.append(f"AUTH {mechanism}")
        good = isinstance(given, LoginPassword) and (given.login, given.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=good, handled=good)


@contextlib.contextmanager
def serving_mail(
    *,
    starttls: ssl.SSLContext | None = None,
    implicit: ssl.SSLContext | None = None,
    sign_in: bool = False,
) -> Iterator[MailServer]:
    """Serve mail on a free port of this machine."""
    server = MailServer(closed_port())
    options: dict[str, Any] = {"authenticator": server.authenticate, "auth_required": sign_in}
    if starttls is not None:
        options |= {"tls_context": starttls, "require_starttls": True}
    else:
        options |= {"auth_require_tls": False}
    controller = Controller(
        server, hostname="127.0.0.1", port=server.port, ssl_context=implicit, **options
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
