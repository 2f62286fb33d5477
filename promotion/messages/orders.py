"""Notices about orders: a version in a registry shall be withdrawn or restored, and what became of that."""

from promotion.domain.facts import Fact
from promotion.domain.orders import Verb
from promotion.domain.request import Request, State
from promotion.messages import about, plain
from promotion.messages.notice import Detail, Notice, Tone

_HOW = "Look at the reason, then approve or reject on the order's page. Opening a link decides nothing."
_WORDS = {
    Verb.WITHDRAW: ("Withdrawal", "withdraw"),
    Verb.RESTORE: ("Restoration", "restore"),
    Verb.RETIRE: ("Retirement", "archive"),
}


def requested(request: Request, fact: Fact, base_url: str) -> Notice:
    """Somebody asks for a version to be withdrawn or restored."""
    return _ask(request, fact, base_url, "approval needed")


def recorded(request: Request, fact: Fact, base_url: str) -> Notice:
    """Somebody decided, and others are asked now."""
    return _ask(request, fact, base_url, "further approval needed")


def reminded(request: Request, fact: Fact, base_url: str) -> Notice:
    """Not enough people decided so far."""
    return _ask(request, fact, base_url, "still waiting for approval")


def escalated(request: Request, fact: Fact, base_url: str) -> Notice:
    """Those who were asked did not decide; others are asked."""
    return _ask(request, fact, base_url, "approval overdue")


def forced(request: Request, fact: Fact, base_url: str) -> Notice:
    """An operator withdraws without those who decide."""
    lead = (
        f"{about.who(fact.actor)} withdraws {about.subject(request)} from the "
        f"{about.place(request.target)} at once. Nobody else was asked."
    )
    advice = "Stop using this version, and look at why: an emergency is reviewed afterwards."
    return _tell(request, fact, base_url, Tone.BAD, "Emergency withdrawal", lead, advice)


def withdrawn(request: Request, fact: Fact, base_url: str) -> Notice:
    """The version is archived."""
    lead = f"{_version(request)} was withdrawn from the {about.place(request.target)}. {_current(fact)}"
    tone = Tone.BAD if fact.data.get("emergency") else Tone.WARN
    return _tell(request, fact, base_url, tone, "Withdrawn", lead, "Stop using this version.")


def restored(request: Request, fact: Fact, base_url: str) -> Notice:
    """The version is in use again."""
    lead = f"{_version(request)} is back in the {about.place(request.target)}. {_current(fact)}"
    advice = "It may be used again."
    return _tell(request, fact, base_url, Tone.GOOD, "Restored", lead, advice)


def rejected(request: Request, fact: Fact, base_url: str) -> Notice:
    """A person said no."""
    lead = f"{about.who(fact.actor)} said no: {_version(request)} stays as it is."
    return _ended(request, fact, base_url, "rejected", lead)


def expired(request: Request, fact: Fact, base_url: str) -> Notice:
    """Nobody decided in time."""
    lead = f"Not enough people decided in time: {_version(request)} stays as it is."
    return _ended(request, fact, base_url, "expired", lead)


def cancelled(request: Request, fact: Fact, base_url: str) -> Notice:
    """Whoever asked took it back."""
    lead = f"{about.who(fact.actor)} took it back: {_version(request)} stays as it is."
    return _ended(request, fact, base_url, "cancelled", lead)


def superseded(request: Request, fact: Fact, base_url: str) -> Notice:
    """What people decided on is not so any more."""
    lead = f"{about.said(fact, 'problem')} {_version(request)} stays as it is."
    return _ended(request, fact, base_url, "void", lead)


def failed(request: Request, fact: Fact, base_url: str) -> Notice:
    """The registry does not do it."""
    verb = _words(request)[1]
    lead = f"The app could not {verb} {about.subject(request)}. {about.said(fact, 'problem')}"
    advice = (
        f"{about.said(fact, 'remedy')} An operator tries again or cancels it on the order's page."
    )
    heading = f"{_words(request)[0]} failed"
    return _tell(request, fact, base_url, Tone.BAD, heading, lead, advice.strip())


def _ask(request: Request, fact: Fact, base_url: str, what: str) -> Notice:
    noun, verb = _words(request)
    waiting = request.state is State.PENDING
    links = (about.page(request, base_url),)
    lead = (
        f"{about.who(request.requested_by)} asks to {verb} {about.subject(request)} "
        f"in the {about.place(request.target)}. {_successor(request)}"
    )
    return Notice(
        fact=fact.id,
        request=request.id,
        tone=Tone.ASK,
        heading=f"{noun}: {what}",
        subject=about.subject(request),
        lead=lead,
        details=(*_what(request), *about.stages(request), *_until(request)),
        quote=plain.plain(request.reason),
        advice=_HOW if waiting else f"This notice comes late: it is {request.state.value} by now.",
        links=(*links, *about.verdict_links(request, base_url)) if waiting else links,
    )


def _ended(request: Request, fact: Fact, base_url: str, how: str, lead: str) -> Notice:
    heading = f"{_words(request)[0]} {how}"
    advice = "Ask again if it is still wanted."
    return _tell(request, fact, base_url, Tone.WARN, heading, lead, advice)


def _tell(
    request: Request, fact: Fact, base_url: str, tone: Tone, heading: str, lead: str, advice: str
) -> Notice:
    return Notice(
        fact=fact.id,
        request=request.id,
        tone=tone,
        heading=heading,
        subject=about.subject(request),
        lead=lead.strip(),
        details=(*_what(request), Detail(label="When", value=plain.moment(fact.at))),
        quote=about.said(fact, "comment") or plain.plain(request.reason),
        advice=advice,
        links=(about.page(request, base_url),),
    )


def _what(request: Request) -> tuple[Detail, ...]:
    version = plain.plain(request.target.id, 4 * plain.NAME)
    asked = Detail(label="Asked by", value=about.who(request.requested_by))
    return (Detail(label="Version", value=version), asked)


def _until(request: Request) -> tuple[Detail, ...]:
    if request.expires_at is None:
        return ()
    return (Detail(label="Until", value=plain.moment(request.expires_at)),)


def _version(request: Request) -> str:
    return about.asset(request).removesuffix(",")


def _successor(request: Request) -> str:
    successor = request.order.successor if request.order else ""
    if not successor:
        return "No version would be in use then."
    return f"Version {plain.plain(successor, plain.NAME)} would be in use then."


def _current(fact: Fact) -> str:
    current = about.said(fact, "current")
    return f"Version {current} is in use now." if current else "No version is in use now."


def _words(request: Request) -> tuple[str, str]:
    return _WORDS[request.order.verb if request.order else Verb.WITHDRAW]
