"""Where mail goes out by SMTP, and what is refused about it. Opens no connection."""

from enum import StrEnum
from typing import NoReturn, override

import msgspec

from promotion.domain.errors import InvalidError
from promotion.wire.addresses import is_loopback


class Security(StrEnum):
    """How the connection is kept from being read.

    Raises:
        InvalidError: made from another text than these.
    """

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"

    @classmethod
    @override
    def _missing_(cls, value: object) -> NoReturn:
        raise InvalidError(
            f"PROMOTION_SMTP_SECURITY is {value!r:.40}.",
            f"Use one of {', '.join(cls)}.",
        )


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail goes out, and how the app signs in there (with nothing when there is no user).

    Raises:
        InvalidError: mail or a password would travel in the clear.
    """

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = ""

    def __post_init__(self) -> None:
        """Refuse what would give mail or password away."""
        if self.security is Security.PLAIN and not is_loopback(self.host):
            raise InvalidError(
                f"Mail to {self.host} would travel in the clear.",
                "Set PROMOTION_SMTP_SECURITY to starttls or tls; plain is for this machine alone.",
            )

    def __repr__(self) -> str:
        return f"SmtpServer({self.host}:{self.port}, {self.security.value})"
