"""A mail in the form of RFC 5322, as EmailMessage. Sends nothing."""

import datetime as dt
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from promotion.domain.errors import BrokenError
from promotion.messages import mail
from promotion.messages.mail import Mail
from promotion.wire.mailboxes import Mailing


def compose_message(
    letter: Mail,
    mailing: Mailing,
    recipient: str,
    *,
    now: dt.datetime,
) -> EmailMessage:
    """Return the mail in the form of RFC 5322, text first, HTML as its alternative.

    Raises:
        BrokenError: a header would hold a line break, or something else no header can.
    """
    message = EmailMessage(policy=SMTP)
    fields = {
        "From": str(Address("Model promotion", addr_spec=mailing.sender)),
        "To": recipient,
        "Subject": letter.subject,
        "Date": format_datetime(now),
        **mail.headers(letter, recipient=recipient, domain=mailing.domain),
    }
    try:
        for name, value in fields.items():
            message[name] = value
    except ValueError as error:
        raise BrokenError(
            f"A mail for {letter.fact} cannot be written: {error}.",
            "Look at what the request's texts hold.",
        ) from error
    # Quoted-printable: passes servers that are not 8-bit clean, and lines stay short.
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message
