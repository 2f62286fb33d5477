"""The conversation with an SMTP server. Knows no Azure service.

Encrypted from the first byte (`tls`) or before anything is said (`starttls`); in the clear (`plain`)
to this machine alone. One mail per recipient: nobody sees who else is told, and one address that is
refused keeps no other from its mail.
"""

import datetime as dt
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Final, assert_never

from promotion.adapters.smtp.letters import compose_message
from promotion.adapters.smtp.refusals import not_connected, not_sent
from promotion.adapters.smtp.server import Security, SmtpServer
from promotion.domain.facts import Fact
from promotion.domain.request import Request
from promotion.messages.mail import Mail
from promotion.messages.post import Post
from promotion.wire.mailboxes import Mailing
from promotion.wire.recipients import Told, tell_each

#: Seconds for any one step of the conversation.
_TIMEOUT: Final = 30


class SmtpChannel:
    """The mail channel over SMTP."""

    name = "email"

    def __init__(
        self,
        server: SmtpServer,
        mailing: Mailing,
        post: Post,
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Send through `server` what `post` has for each recipient.

        Args:
            server: where mail goes out.
            mailing: the sender, made by `promotion.wire.mailboxes.mailing`.
            post: who gets which mail.
            tls: whom to trust, when not the system's authorities.
        """
        self._server = server
        self._mailing = mailing
        self._post = post
        self._tls = tls
        self._told = Told()

    def deliver(self, request: Request, fact: Fact) -> None:
        """Mail a fact that people are told to every recipient; pass over the others.

        A repetition has the same `Message-ID`.

        Raises:
            RetryableError: the server is away, defers a recipient, or must be configured.
            BrokenError: a recipient or the mail is refused for good; the others have theirs.
        """
        letters = self._post.letters(request, fact)
        if not letters:
            return
        with self._session() as session:
            tell = partial(self._send, session, letters)
            tell_each(fact.id, tuple(letters), self._told, tell)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        try:
            session = self._connect()
        except OSError as error:  # smtplib's errors are OSErrors too
            raise not_connected(self._server, error) from error
        try:
            yield session
        finally:
            # The mails are told or not by now: how the goodbye goes changes nothing.
            with suppress(OSError):
                session.quit()
            session.close()

    def _connect(self) -> smtplib.SMTP:
        at = (self._server.host, self._server.port)
        # Greets by the sender's domain: the host's own name may take a slow look-up, and is nobody's
        # business.
        greeting = self._mailing.domain
        match self._server.security:
            case Security.TLS:
                session: smtplib.SMTP = smtplib.SMTP_SSL(
                    *at, greeting, timeout=_TIMEOUT, context=self._context()
                )
            case Security.STARTTLS | Security.PLAIN:
                session = smtplib.SMTP(*at, greeting, timeout=_TIMEOUT)
            case _:
                assert_never(self._server.security)
        with ExitStack() as on_failure:
            on_failure.callback(session.close)
            if self._server.security is Security.STARTTLS:
                session.starttls(context=self._context())
            if self._server.user:
                session.login(self._server.user, self._server.password)
            on_failure.pop_all()
        return session

    def _context(self) -> ssl.SSLContext:
        return self._tls or ssl.create_default_context()

    def _send(self, session: smtplib.SMTP, letters: dict[str, Mail], recipient: str) -> None:
        now = dt.datetime.now(dt.UTC)
        message = compose_message(letters[recipient], self._mailing, recipient, now=now)
        try:
            session.send_message(message, self._mailing.sender, [recipient])
        except OSError as error:
            raise not_sent(error, recipient) from error
