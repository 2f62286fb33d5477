"""The mail server: what a mail client sends arrives decoded, whatever it is."""

import smtplib
from email.message import EmailMessage

import pytest

from tests.contract.inbox.inbox import Inbox

pytestmark = pytest.mark.asyncio

TO = "approver@sandbox.invalid"


def mail(
    subject: str = "A promotion waits", text: str = "Decide here.", **more: str
) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "promotion@sandbox.invalid"
    message["To"] = TO
    message.set_content(text)
    if "html" in more:
        message.add_alternative(more["html"], subtype="html")
    return message


async def test_both_parts_arrive_decoded_with_their_links(inbox: Inbox) -> None:
    text = "Größe: 5\n\nOpen https://a.invalid/p?x=1&y=2.\n"
    html = '<p>Größe <a href="https://b.invalid/q?x=1&amp;y=2">open</a></p>'

    await inbox.mail(mail("Freigabe nötig → prod", text, html=html))

    (message,) = await inbox.messages()
    assert message["channel"] == "email"
    assert message["sender"] == "promotion@sandbox.invalid"
    assert message["to"] == [TO]
    assert message["subject"] == "Freigabe nötig → prod"
    assert message["text"] == text
    assert message["html"].strip() == html
    assert message["links"] == ["https://a.invalid/p?x=1&y=2", "https://b.invalid/q?x=1&y=2"]
    assert message["problem"] is None


async def test_hidden_recipient_is_shown_because_the_envelope_counts(inbox: Inbox) -> None:
    content = b"To: someone@sandbox.invalid\r\nSubject: s\r\n\r\ntext\r\n"

    await inbox.mail(content, "security@sandbox.invalid", "operator@sandbox.invalid")

    (message,) = await inbox.messages()
    assert message["to"] == ["security@sandbox.invalid", "operator@sandbox.invalid"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"no headers at all",
        b"Subject: \xff\xfe\r\n\r\n\xff\xfe\r\n",
        b"Subject: =?utf-8?b?!!!?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xe4\r\n",
        b"Content-Type: multipart/alternative\r\n\r\nno boundary\r\n",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!\r\n",
        b"Subject: s\r\nContent-Type: text/plain; charset=unicode_escape\r\n\r\n\\ud800\r\n",
        b"Content-Type: application/pdf\r\n\r\n%PDF\r\n",
        b"Content-Type: text/html; charset=utf-16\r\n\r\n<a href=x>\xff\r\n",
    ],
)
async def test_broken_mail_is_kept_and_the_inbox_goes_on(inbox: Inbox, content: bytes) -> None:
    await inbox.mail(content, TO)
    await inbox.mail(mail("after"))

    subjects = [message["subject"] for message in await inbox.messages()]
    assert subjects[0] == "after"
    assert len(subjects) == 2
    assert (await inbox.get("/"))[0] == 200


async def test_unknown_charset_is_named_as_the_mails_problem(inbox: Inbox) -> None:
    content = b"Subject: s\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nplain\r\n"

    await inbox.mail(content, TO)

    (message,) = await inbox.messages()
    assert "nonsense" in message["problem"]
    assert message["text"].strip() == "plain"


@pytest.mark.parametrize("status", [421, 451, 550, 554])
async def test_planned_refusal_reaches_the_sender_as_smtp_status(inbox: Inbox, status: int) -> None:
    await inbox.admin("POST", "/sandbox/faults", {"place": "email", "status": status, "times": 1})

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        await inbox.mail(mail())
    await inbox.mail(mail("second"))

    assert refusal.value.smtp_code == status
    assert [message["subject"] for message in await inbox.messages()] == ["second"]


async def test_mail_over_ten_megabytes_is_refused(inbox: Inbox) -> None:
    with pytest.raises(smtplib.SMTPException):
        await inbox.mail(mail(text="x" * 11 * 1024 * 1024))

    assert await inbox.messages() == []
