"""Reads a mail as it came over SMTP: decoded headers, text part, HTML part, addresses. Pure.

Must not know SMTP itself or how a mail is shown. A broken mail is read as far as it goes, and says
in `problem` what could not be read.
"""

import datetime as dt
import email
import email.policy
import html.parser
import re
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Final

from sandbox.inbox.messages import Message, new_id

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+")


def read(content: bytes, sender: str, recipients: Sequence[str], now: dt.datetime) -> Message:
    """Return the message for a mail.

    Args:
        content: the mail, as its `DATA` was.
        sender: the envelope's sender.
        recipients: the envelope's recipients: who gets it, whatever the headers say.
        now: when it came.
    """
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    text, text_problem = _part(parsed, "plain")
    page, page_problem = _part(parsed, "html")
    problem = text_problem or page_problem
    if text is None and page is None:
        problem = problem or "the mail has neither a text part nor an HTML part"
    return Message(
        id=new_id(now),
        channel="email",
        at=now,
        sender=_clean(sender),
        to=tuple(_clean(each) for each in recipients),
        subject=_header(parsed, "subject"),
        text=text or "",
        links=_links(text or "", page or ""),
        html=page,
        problem=problem,
    )


def _header(mail: EmailMessage, name: str) -> str:
    return _clean(str(mail.get(name, "")))


def _part(mail: EmailMessage, kind: str) -> tuple[str | None, str | None]:
    """Return the part's text, and what is wrong with it."""
    part = mail.get_body(preferencelist=(kind,))
    if part is None:
        return None, None
    try:
        return _clean(part.get_content()).replace("\r\n", "\n"), None
    except (LookupError, ValueError) as error:  # an unknown charset, a broken encoding
        payload = part.get_payload(decode=True)
        raw = payload if isinstance(payload, bytes) else b""
        return raw.decode("ascii", errors="replace"), f"the {kind} part cannot be read: {error}"


def _clean(text: str) -> str:
    # Bytes that fit no charset are kept as lone surrogates by the parser; no JSON can hold them.
    return text.encode(errors="replace").decode()


class _Anchors(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _links(text: str, page: str) -> tuple[str, ...]:
    anchors = _Anchors()
    anchors.feed(page)
    anchors.close()
    in_text = (each.rstrip(".,;:!?)") for each in _ADDRESS.findall(text))
    return tuple(dict.fromkeys((*in_text, *anchors.found)))
