"""A notice as a mail: subject, text part, HTML part with the same content. Knows no mail server."""

import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from promotion.domain.results import Outcome
from promotion.messages import plain
from promotion.messages.notice import CheckLine, Notice

if TYPE_CHECKING:
    import jinja2

#: Subjects beyond this are cut by mail clients anyway.
_SUBJECT: Final = 150
_WIDTH: Final = 13
_FOLDER: Final = Path(__file__).parent / "templates"


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail says. The subject is one line without control characters."""

    #: Id of the fact and of its request, for the headers by which a repetition is recognised.
    fact: str
    request: str
    subject: str
    text: str
    html: str


def mail(notice: Notice) -> Mail:
    """Return the notice as a mail."""
    return Mail(
        fact=notice.fact,
        request=notice.request,
        subject=plain.cut(f"[Promotion] {notice.title}", _SUBJECT),
        text=_text(notice),
        html=_template().render(notice=notice),
    )


def headers(letter: Mail, *, recipient: str, domain: str) -> dict[str, str]:
    """Return the headers by which programs recognise the mail, for one recipient.

    `Message-ID` is the same whenever the same fact is told to the same recipient, and `References` the
    same for all mails of a request, so that clients show them together. `Auto-Submitted` (RFC 3834)
    keeps absence notes from answering.
    """
    # A name for the recipient that shows no address: message ids must differ between mails.
    key = hashlib.sha256(recipient.encode()).hexdigest()[:12]
    return {
        "Message-ID": f"<{letter.fact}.{key}@{domain}>",
        "References": f"<{letter.request}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Promotion-Fact": letter.fact,
    }


def _text(notice: Notice) -> str:
    lines = [notice.heading, notice.subject, "", notice.lead, ""]
    lines += [f"{detail.label + ': ':{_WIDTH}}{detail.value}" for detail in notice.details]
    if notice.checks_heading:
        lines += ["", notice.checks_heading, *(_check(check) for check in notice.checks)]
    if notice.quote:
        lines += ["", f"“{notice.quote}”"]
    lines += ["", notice.advice, ""]
    lines += [f"{link.label + ': ':{_WIDTH}}{link.url}" for link in notice.links]
    lines += ["", f"Sent by the model promotion app. Notice {notice.fact}"]
    return "\n".join(lines) + "\n"


def _check(check: CheckLine) -> str:
    mark = check.outcome.value if check.outcome is Outcome.PASSED else check.outcome.value.upper()
    return f"  [{mark}] {check.name}: {check.summary}"


@functools.cache
def _template() -> "jinja2.Template":
    # Loaded with the first mail: most of the app's functions send none.
    import jinja2  # noqa: PLC0415 -- see above

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("notice.html.j2")
