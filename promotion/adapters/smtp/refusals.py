"""What the errors of an SMTP conversation mean for a mail: try again, or never. Sends nothing."""

import smtplib
import ssl
from typing import Final

from promotion.adapters.smtp.server import SmtpServer
from promotion.domain.errors import BrokenError, RetryableError
from promotion.messages import plain
from promotion.wire.recipients import RecipientLaterError

#: Replies from here on are final (RFC 5321 section 4.2.1).
_PERMANENT: Final = 500
_SHOWN: Final = 200


def not_connected(server: SmtpServer, error: OSError) -> RetryableError:
    """Return why there is no conversation; an operator or time mends all of it."""
    where = f"The SMTP server {server.host}:{server.port}"
    match error:
        case smtplib.SMTPAuthenticationError():
            return RetryableError(
                f"{where} refused the app's user name or password.",
                "Check PROMOTION_SMTP_USER and PROMOTION_SMTP_PASSWORD.",
            )
        case smtplib.SMTPNotSupportedError():
            return RetryableError(
                f"{where} does not offer what the app needs: {plain.plain(str(error))}",
                "Check PROMOTION_SMTP_SECURITY and PROMOTION_SMTP_PORT.",
            )
        case smtplib.SMTPResponseException():
            said = _said(error.smtp_code, error.smtp_error)
            return RetryableError(f"{where} refused the connection: {said}")
        case ssl.SSLError():
            return RetryableError(
                f"{where} has no certificate that the app trusts, or speaks no TLS there.",
                "Check PROMOTION_SMTP_HOST, PROMOTION_SMTP_PORT and PROMOTION_SMTP_SECURITY.",
            )
        case _:
            return RetryableError(f"{where} did not answer: {type(error).__name__}.")


def not_sent(error: OSError, recipient: str) -> RetryableError | BrokenError:
    """Return why one mail to one recipient was not taken."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, text = error.recipients[recipient]
            problem = f"Mail to {recipient} was refused: {_said(code, text)}"
            if code < _PERMANENT:
                return RecipientLaterError(problem)
            return BrokenError(problem, "Check the recipients of the notices.")
        case smtplib.SMTPSenderRefused():
            problem = f"The sender was refused: {_said(error.smtp_code, error.smtp_error)}"
            return RetryableError(
                problem,
                "Let the server take mail from the sender, or change PROMOTION_MAIL_SENDER.",
            )
        case smtplib.SMTPDataError():
            problem = f"A mail was refused: {_said(error.smtp_code, error.smtp_error)}"
            return (
                RecipientLaterError(problem)
                if error.smtp_code < _PERMANENT
                else BrokenError(problem)
            )
        case _:
            return RetryableError(f"The SMTP server broke off: {type(error).__name__}.")


def _said(code: int, text: bytes | str) -> str:
    written = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {plain.plain(written, _SHOWN)}"
