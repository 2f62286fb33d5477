"""Mails leave encrypted or not at all, one per recipient, in a form that programs recognise."""

import datetime as dt
import ssl
import traceback
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import pytest

from promotion.adapters.smtp import Security, SmtpChannel, SmtpServer
from promotion.domain.errors import BrokenError, InvalidError, RetryableError
from promotion.domain.facts import FactType
from promotion.messages.post import Post
from promotion.wire.mailboxes import mailing
from sandbox import tls
from sandbox.config import Config
from tests.contract.channels.mailserver import PASSWORD, USER, MailServer, serving_mail
from tests.telling import PUBLIC_URL, story

EVERYONE = mailing(
    sender="promotion@sandbox.invalid",
    recipients=("one@sandbox.invalid", "two@sandbox.invalid"),
)

POST = Post(public_url=PUBLIC_URL, everyone=EVERYONE.recipients)


def channel(
    port: int,
    *,
    security: Security = Security.PLAIN,
    host: str = "localhost",
    user: str = "",
    password: str = "",
    trust: ssl.SSLContext | None = None,
) -> SmtpChannel:
    """Return the channel to a server on this machine."""
    server = SmtpServer(host=host, port=port, security=security, user=user, password=password)
    return SmtpChannel(server, EVERYONE, POST, tls=trust)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server without TLS."""
    with serving_mail() as server:
        yield server


@pytest.fixture
def trust(sandbox_config: Config, certificates: None) -> ssl.SSLContext:
    """TLS settings that trust the sandbox's authority alone."""
    assert certificates is None
    return ssl.create_default_context(cafile=str(sandbox_config.ca_bundle))


@pytest.fixture
def shown_certificate(sandbox_config: Config, certificates: None) -> ssl.SSLContext:
    """TLS settings of a server with the sandbox's certificate."""
    assert certificates is None
    return tls.server_context(sandbox_config)


def test_every_recipient_gets_a_mail_of_their_own(server: MailServer) -> None:
    channel(server.port).deliver(*story(FactType.APPROVAL_REQUESTED))

    assert [each.rcpt_tos for each in server.mails] == [
        ["one@sandbox.invalid"],
        ["two@sandbox.invalid"],
    ]
    assert [each["To"] for each in server.messages()] == [
        "one@sandbox.invalid",
        "two@sandbox.invalid",
    ]


def test_a_mail_has_a_text_part_and_the_same_in_html(server: MailServer) -> None:
    channel(server.port).deliver(*story(FactType.APPROVAL_REQUESTED))

    message = server.messages()[0]
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    assert all("taxi-fare" in str(part.get_content()) for part in message.iter_parts())


def test_headers_say_who_what_when_and_that_a_program_sent_it(server: MailServer) -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED)

    channel(server.port).deliver(request, fact)

    message = server.messages()[0]
    assert message["Subject"] == "[Promotion] Approval needed: taxi-fare:1"
    assert message["From"] == "Model promotion <promotion@sandbox.invalid>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Promotion-Fact"] == fact.id
    assert message["References"] == f"<{request.id}@sandbox.invalid>"
    sent = parsedate_to_datetime(message["Date"])
    assert abs(dt.datetime.now(dt.UTC) - sent) < dt.timedelta(minutes=5)


def test_a_repetition_after_a_crash_has_the_same_message_ids(server: MailServer) -> None:
    for _ in range(2):
        channel(server.port).deliver(*story(FactType.APPROVAL_REQUESTED))

    ids = [each["Message-ID"] for each in server.messages()]
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2


def test_a_recipient_refused_for_good_keeps_no_other_from_their_mail(server: MailServer) -> None:
    server.recipients["one@sandbox.invalid"] = "550 5.1.1 No such mailbox"

    with pytest.raises(BrokenError, match=r"one@sandbox\.invalid was refused: 550"):
        channel(server.port).deliver(*story(FactType.APPROVAL_REQUESTED))

    assert [each.rcpt_tos for each in server.mails] == [["two@sandbox.invalid"]]


def test_a_deferred_recipient_is_tried_again_without_mailing_the_others_twice(
    server: MailServer,
) -> None:
    server.recipients["one@sandbox.invalid"] = "451 4.7.1 Greylisted"
    sender = channel(server.port)
    with pytest.raises(RetryableError, match="Greylisted"):
        sender.deliver(*story(FactType.APPROVAL_REQUESTED))
    server.recipients.clear()

    sender.deliver(*story(FactType.APPROVAL_REQUESTED))

    assert [each.rcpt_tos for each in server.mails] == [
        ["two@sandbox.invalid"],
        ["one@sandbox.invalid"],
    ]


def test_a_sender_who_may_not_send_waits_for_an_operator(server: MailServer) -> None:
    server.sender_reply = "550 5.7.60 Not allowed to send as this sender"

    with pytest.raises(RetryableError, match="PROMOTION_MAIL_SENDER"):
        channel(server.port).deliver(*story(FactType.APPROVAL_REQUESTED))


@pytest.mark.parametrize(
    ("reply", "kind"), [("554 5.7.1 Spam", BrokenError), ("452 4.3.1 Full", RetryableError)]
)
def test_a_refused_mail_is_given_up_or_tried_again_as_the_server_says(
    server: MailServer, reply: str, kind: type[Exception]
) -> None:
    server.data_reply = reply

    with pytest.raises(kind, match=reply.rpartition(" ")[2]):
        channel(server.port).deliver(*story(FactType.APPROVAL_REQUESTED))


def test_starttls_encrypts_before_anything_is_said(
    shown_certificate: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    with serving_mail(starttls=shown_certificate, sign_in=True) as server:
        channel(
            server.port, security=Security.STARTTLS, user=USER, password=PASSWORD, trust=trust
        ).deliver(*story(FactType.APPROVAL_REQUESTED))

    assert len(server.mails) == 2


def test_implicit_tls_encrypts_from_the_first_byte(
    shown_certificate: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    with serving_mail(implicit=shown_certificate) as server:
        channel(server.port, security=Security.TLS, trust=trust).deliver(
            *story(FactType.APPROVAL_REQUESTED)
        )

    assert len(server.mails) == 2


def test_a_server_without_starttls_gets_neither_password_nor_mail(server: MailServer) -> None:
    sender = channel(server.port, security=Security.STARTTLS, user=USER, password=PASSWORD)

    with pytest.raises(RetryableError, match="PROMOTION_SMTP_SECURITY"):
        sender.deliver(*story(FactType.APPROVAL_REQUESTED))

    assert (server.mails, server.commands) == ([], [])


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_server_whose_certificate_is_not_trusted_gets_nothing(
    shown_certificate: ssl.SSLContext, security: Security
) -> None:
    how = {"starttls" if security is Security.STARTTLS else "implicit": shown_certificate}
    with serving_mail(**how) as server:  # type: ignore[arg-type] # one of two contexts
        sender = channel(server.port, security=security, user=USER, password=PASSWORD)
        with pytest.raises(RetryableError, match="certificate"):
            sender.deliver(*story(FactType.APPROVAL_REQUESTED))

    assert (server.mails, server.commands) == ([], [])


def test_a_wrong_password_waits_for_an_operator_and_is_shown_nowhere(
    shown_certificate: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    with serving_mail(starttls=shown_certificate, sign_in=True) as server:
        sender = channel(
            server.port, security=Security.STARTTLS, user=USER, password="Wrong-1", trust=trust
        )
        with pytest.raises(RetryableError, match="PROMOTION_SMTP_PASSWORD") as refused:
            sender.deliver(*story(FactType.APPROVAL_REQUESTED))

    assert "Wrong-1" not in "".join(traceback.format_exception(refused.value))


def test_a_password_shows_in_no_representation() -> None:
    server = SmtpServer(host="mail.example", user=USER, password=PASSWORD)

    assert PASSWORD not in f"{server!r} {server}"


def test_mail_in_the_clear_to_another_machine_is_refused() -> None:
    with pytest.raises(InvalidError, match="in the clear"):
        SmtpServer(host="mail.example", port=25, security=Security.PLAIN)


def test_an_unknown_kind_of_security_is_refused_by_name() -> None:
    with pytest.raises(InvalidError, match="starttls, tls, plain"):
        Security("none")
