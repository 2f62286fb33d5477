"""Who sends and gets mail, by checked address. Knows no mail service."""

import re
from typing import Final

import msgspec

from promotion.domain.errors import InvalidError

#: One addr-spec (RFC 5322 section 3.4.1) as a dot-atom at a domain name: no comment, no quotes, no
#: display name, no list, no line break. All that mail services issue, and nothing that hides a second
#: recipient.
_MAILBOX: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?P<domain>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)",
    re.ASCII,
)
#: RFC 5321 section 4.5.3.1.
_LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64
_SHOWN: Final = 80


class Mailing(msgspec.Struct, frozen=True, kw_only=True):
    """The sender and the recipients of the notices; make it with `mailing`."""

    sender: str
    recipients: tuple[str, ...]

    @property
    def domain(self) -> str:
        """The sender's domain."""
        return self.sender.rpartition("@")[2]


def mailing(*, sender: str, recipients: tuple[str, ...]) -> Mailing:
    """Return who sends and gets mail, every address checked; the same recipient twice counts once.

    Raises:
        InvalidError: an address that is not exactly one mailbox, or no recipient.
    """
    if not recipients:
        raise InvalidError(
            "No recipient of notices is configured.",
            "Name at least one address, or switch e-mail off.",
        )
    checked = tuple(dict.fromkeys(mailbox(each) for each in recipients))
    return Mailing(sender=mailbox(sender), recipients=checked)


def mailbox(address: str) -> str:
    """Return the address after checking that it is exactly one mailbox.

    Raises:
        InvalidError: it is a list, carries a name, or cannot be an address.
    """
    # Length first: the pattern is never tried on anything long.
    fits = len(address) <= _LONGEST and len(address.partition("@")[0]) <= _LONGEST_LOCAL
    if fits and _MAILBOX.fullmatch(address):
        return address
    raise InvalidError(
        f"{address[:_SHOWN]!a} is not one mail address.",
        "Write each address alone, as name@example.com, without a display name.",
    )
