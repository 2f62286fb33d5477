"""A notice: what people are told about one fact, in plain values. Knows no card and no mail.

One minute is enough to read it: what happened to what, the decisive values, what to do next. Links
show a page; none of them decides anything.
"""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from promotion.domain.results import Outcome


class Tone(StrEnum):
    """How a notice looks: something is asked, went well, went wrong, or needs attention."""

    ASK = "ask"
    GOOD = "good"
    BAD = "bad"
    WARN = "warn"


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table: our word for it, and what it is."""

    label: str
    value: str


class CheckLine(msgspec.Struct, frozen=True, kw_only=True):
    """One check's answer."""

    name: str
    outcome: Outcome
    summary: str


class Purpose(StrEnum):
    """What a link is for."""

    REVIEW = "review"
    APPROVE = "approve"
    REJECT = "reject"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A page to open. It carries no power: whoever opens it signs in and decides there."""

    purpose: Purpose
    label: str
    url: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a notice says. Text from outside is harmless already (`plain`)."""

    #: Ids of the fact and its request: a repetition is recognised by them.
    fact: str
    request: str
    tone: Tone
    #: What happened, in our words alone.
    heading: str
    #: What it happened to, `name:version`.
    subject: str
    #: One sentence.
    lead: str
    details: tuple[Detail, ...] = ()
    #: How many checks passed, of how many; empty when there were none.
    checks_heading: str = ""
    #: Those that decide first: errored and failed before passed. At most twenty; the page has all.
    checks: tuple[CheckLine, ...] = ()
    #: A person's words.
    quote: str = ""
    #: What to do now.
    advice: str
    links: tuple[Link, ...]

    @property
    def title(self) -> str:
        """The heading with the subject, for a mail's subject and a notification."""
        return f"{self.heading}: {self.subject}"

    def texts(self) -> Iterator[str]:
        """Everything a reader of a complete rendering sees, part by part."""
        yield from (self.heading, self.subject, self.lead, self.advice)
        for detail in self.details:
            yield from (detail.label, detail.value)
        for check in self.checks:
            yield from (check.name, check.summary)
        yield from (self.checks_heading, self.quote)
        yield from (link.url for link in self.links)
