"""Notices that tell how a request went on: what happened, by whom, what next."""

import msgspec

from promotion.domain.approvals import Verdict
from promotion.domain.facts import Fact
from promotion.domain.request import Request
from promotion.messages import about, plain
from promotion.messages.notice import Detail, Notice, Tone

_AGAIN = "Mend it and register a new version, or ask for this one again if that was a mistake."


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What differs from outcome to outcome."""

    tone: Tone
    heading: str
    lead: str
    advice: str
    quote: str = ""
    #: Whether the checks' answers belong to the story, or only how many passed.
    evidence: bool = False
    more: tuple[Detail, ...] = ()


def refused(request: Request, fact: Fact, base_url: str) -> Notice:
    """A check failed, or the asset could not be judged."""
    problem, remedy = about.said(fact, "problem"), about.said(fact, "remedy")
    story = Story(
        tone=Tone.BAD,
        heading="Refused by the policy",
        lead=f"{about.asset(request)} may not travel to the {about.place(request.target)}. {problem}",
        advice=remedy or _AGAIN,
        evidence=True,
    )
    return _tell(request, fact, base_url, story)


def rejected(request: Request, fact: Fact, base_url: str) -> Notice:
    """A person said no."""
    stage = about.said(fact, "stage")
    where = f" in the stage {stage}" if stage else ""
    story = Story(
        tone=Tone.BAD,
        heading="Rejected",
        lead=f"{about.who(fact.actor)} rejected it{where}: it does not travel to the "
        f"{about.place(request.target)}.",
        quote=about.said(fact, "comment"),
        advice=_AGAIN,
    )
    return _tell(request, fact, base_url, story)


def expired(request: Request, fact: Fact, base_url: str) -> Notice:
    """Nobody decided in time."""
    until = f" until {plain.moment(request.expires_at)}" if request.expires_at else " in time"
    story = Story(
        tone=Tone.WARN,
        heading="Expired",
        lead=f"Not enough people decided{until}; {about.subject(request)} does not travel to the "
        f"{about.place(request.target)}.",
        advice="Ask for its promotion again if it is still wanted, and tell those who must agree.",
    )
    return _tell(request, fact, base_url, story)


def cancelled(request: Request, fact: Fact, base_url: str) -> Notice:
    """Whoever asked took it back."""
    story = Story(
        tone=Tone.WARN,
        heading="Cancelled",
        lead=f"{about.who(fact.actor)} took the request back; {about.subject(request)} does not travel.",
        quote=about.said(fact, "reason"),
        advice="Nothing is to be decided any more.",
    )
    return _tell(request, fact, base_url, story)


def superseded(request: Request, fact: Fact, base_url: str) -> Notice:
    """The source is not what was approved."""
    story = Story(
        tone=Tone.WARN,
        heading="Approval void",
        lead=f"The source of {about.subject(request)} changed after it was checked. "
        f"{about.said(fact, 'problem')}",
        advice="A new attempt starts by itself and asks again. Find out who changed the source.",
    )
    return _tell(request, fact, base_url, story)


def promoted(request: Request, fact: Fact, base_url: str) -> Notice:
    """The target has the approved bytes."""
    target = plain.plain(request.target.id, 4 * plain.NAME)
    already = "already " if fact.data.get("already_there") else ""
    where = f"is {already}in the {about.place(request.target)}, exactly as approved."
    story = Story(
        tone=Tone.GOOD,
        heading="Promoted",
        lead=f"{about.asset(request)} {where}",
        more=_approved_by(request),
        advice="Use its versions from there." if request.plan else f"Use it as {target}",
    )
    return _tell(request, fact, base_url, story)


def failed(request: Request, fact: Fact, base_url: str) -> Notice:
    """The copy cannot be finished."""
    remedy = about.said(fact, "remedy")
    story = Story(
        tone=Tone.BAD,
        heading="Promotion failed",
        lead=f"{about.asset(request)} was approved, but could not be copied to the "
        f"{about.place(request.target)}. {about.said(fact, 'problem')}",
        more=_approved_by(request),
        advice=f"{remedy} An operator tries again or cancels it on the request's page.".strip(),
    )
    return _tell(request, fact, base_url, story)


def problem(request: Request, fact: Fact, base_url: str) -> Notice:
    """Something keeps the request from going on; it stays where it is."""
    story = Story(
        tone=Tone.WARN,
        heading="Needs attention",
        lead=f"{about.subject(request)} is {request.state.value} and cannot go on. "
        f"{about.said(fact, 'problem')}",
        advice=about.said(fact, "remedy") or "Look at the request's page for what it waits for.",
    )
    return _tell(request, fact, base_url, story)


def bypassed(request: Request, fact: Fact, base_url: str) -> Notice:
    """A version is in the target, and nobody had asked for it."""
    told = {
        "Created by": about.said(fact, "created_by"),
        "Created at": about.said(fact, "created_at"),
    }
    story = Story(
        tone=Tone.BAD,
        heading="Bypass detected",
        lead=f"{about.asset(request)} is in the {about.place(request.target)}, but no request brought "
        "it there: nobody checked or approved it.",
        more=tuple(Detail(label=label, value=value) for label, value in told.items() if value),
        advice=about.said(fact, "remedy"),
    )
    return _tell(request, fact, base_url, story)


def _tell(request: Request, fact: Fact, base_url: str, story: Story) -> Notice:
    return Notice(
        fact=fact.id,
        request=request.id,
        tone=story.tone,
        heading=story.heading,
        subject=about.subject(request),
        lead=story.lead.strip(),
        details=(
            *about.journey(request),
            *about.asker(request),
            *(() if story.evidence else about.checks_passed(request)),
            *story.more,
            Detail(label="When", value=plain.moment(fact.at)),
        ),
        checks_heading=about.checks_heading(request) if story.evidence else "",
        checks=about.checks(request) if story.evidence else (),
        quote=story.quote,
        advice=story.advice,
        links=(about.page(request, base_url),),
    )


def _approved_by(request: Request) -> tuple[Detail, ...]:
    names = about.deciders(request, Verdict.APPROVE)
    return (Detail(label="Approved by", value=", ".join(names)),) if names else ()
