"""Notices that ask people to decide: the first one, a further stage, the reminder, the escalation."""

import msgspec

from promotion.domain.approvals import opened_by
from promotion.domain.facts import Fact
from promotion.domain.request import Request, State
from promotion.messages import about, plain
from promotion.messages.notice import Detail, Notice, Tone
from promotion.messages.plain import NAME

_HOW = (
    "Look at the evidence, then approve or reject on the request's page. "
    "Opening a link decides nothing."
)


def requested(request: Request, fact: Fact, base_url: str) -> Notice:
    """Every check passed; people are asked."""
    return _ask(request, fact, base_url, heading="Approval needed", opening="asks to travel")


def recorded(request: Request, fact: Fact, base_url: str) -> Notice:
    """Somebody decided, and others are asked now: those of the next stage, or those still missing."""
    opened = opened_by(request.stages, request.decisions, fact.sequence)
    names = ", ".join(plain.plain(stage.name, NAME) for stage in opened)
    heading = f"Approval needed in the stage {names}" if names else "Further approval needed"
    opening = "was decided on by others and still asks to travel"
    return _ask(request, fact, base_url, heading=heading, opening=opening)


def reminded(request: Request, fact: Fact, base_url: str) -> Notice:
    """Nobody, or not enough people, decided so far."""
    heading = "Still waiting for approval"
    return _ask(request, fact, base_url, heading=heading, opening="still waits to travel")


def escalated(request: Request, fact: Fact, base_url: str) -> Notice:
    """Those who were asked did not decide; others are asked."""
    heading = "Approval overdue"
    notice = _ask(request, fact, base_url, heading=heading, opening="has waited too long to travel")
    return msgspec.structs.replace(notice, details=(*notice.details, *_also(fact)))


def _ask(request: Request, fact: Fact, base_url: str, *, heading: str, opening: str) -> Notice:
    source, target = about.place(request.asset), about.place(request.target)
    waiting = request.state is State.PENDING
    links = (about.page(request, base_url),)
    return Notice(
        fact=fact.id,
        request=request.id,
        tone=Tone.ASK,
        heading=heading,
        subject=about.subject(request),
        lead=f"{about.asset(request)} {opening} from the {source} to the {target}.",
        details=(
            *about.journey(request),
            *about.asker(request),
            *about.stages(request),
            *_deadline(request),
        ),
        checks_heading=about.checks_heading(request),
        checks=about.checks(request),
        advice=_HOW if waiting else _moved_on(request),
        links=(*links, *about.verdict_links(request, base_url)) if waiting else links,
    )


def _also(fact: Fact) -> tuple[Detail, ...]:
    roles = fact.data.get("to")
    if not isinstance(roles, list | tuple) or not roles:
        return ()
    return (Detail(label="Now also", value=plain.plain(", ".join(map(str, roles)))),)


def _deadline(request: Request) -> tuple[Detail, ...]:
    if request.expires_at is None:
        return ()
    return (Detail(label="Until", value=plain.moment(request.expires_at)),)


def _moved_on(request: Request) -> str:
    # The channel was away for a while. Asking now for what is decided would only confuse.
    return f"This notice comes late: the request is {request.state.value} by now. Nothing is to be decided."
