"""A notice as an Adaptive Card 1.4 in the message that a Workflows webhook takes. Knows no HTTP.

Source: the Adaptive Cards schema 1.4 (adaptivecards.io/explorer) and Microsoft's article on sending
cards through a webhook (msteams-docs, `connectors-using`). Two rules keep text from outside inert:

- it stands in `RichTextBlock` and `TextRun` alone: `TextBlock` and `FactSet` would render Markdown;
- `{{` and `}}` are broken up: clients expand `{{DATE(...)}}` in any text.

Teams refuses messages above about 28 KB and reports it to nobody, so a card is made smaller until it is
below 20 KB: shorter texts, fewer checks. The page has everything.
"""

import re
from typing import Any, Final, assert_never

import msgspec

from promotion.domain.results import Outcome
from promotion.messages import plain
from promotion.messages.notice import CheckLine, Detail, Link, Notice, Purpose, Tone

#: Bytes of the whole message.
LIMIT: Final = 20_000

_BRACES: Final = re.compile(r"([{}])(?=\1)")
_LABEL_WIDTH: Final = "110px"

type Element = dict[str, Any]


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """How much a card may say."""

    #: Characters of one text.
    text: int
    checks: int


#: From roomy to what fits even when every character takes four bytes.
_ROOMS: Final = (
    Room(text=300, checks=20),
    Room(text=200, checks=12),
    Room(text=120, checks=8),
    Room(text=80, checks=3),
    Room(text=40, checks=0),
)


def message(notice: Notice) -> bytes:
    """Return the webhook's body as UTF-8 JSON, below the limit whatever the notice holds."""
    bodies = (msgspec.json.encode(_envelope(build(notice, room))) for room in _ROOMS)
    return next(body for body in bodies if len(body) < LIMIT)


def build(notice: Notice, room: Room = _ROOMS[0]) -> Element:
    """Return the card alone."""
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "fallbackText": f"{notice.heading}: {notice.links[0].url}",
        "body": [
            _banner(notice, room),
            _line(notice.lead, Room(text=2 * room.text, checks=0), spacing="medium"),
            {"type": "Container", "items": [_detail(each, room) for each in notice.details]},
            *_checks(notice, room),
            *_quote(notice, room),
            _line(notice.advice, room, spacing="medium"),
            _line(f"Notice {notice.fact}", room, size="small", isSubtle=True),
        ],
        "actions": [_action(link) for link in notice.links],
    }


def _envelope(card: Element) -> Element:
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _banner(notice: Notice, room: Room) -> Element:
    return {
        "type": "Container",
        "style": _style(notice.tone),
        "bleed": True,
        "items": [
            _line(notice.heading, room, weight="bolder"),
            _line(notice.subject, room, size="large", weight="bolder", spacing="none"),
        ],
    }


def _style(tone: Tone) -> str:
    match tone:
        case Tone.ASK:
            return "accent"
        case Tone.GOOD:
            return "good"
        case Tone.BAD:
            return "attention"
        case Tone.WARN:
            return "warning"
        case _:
            assert_never(tone)


def _detail(detail: Detail, room: Room) -> Element:
    label = _line(detail.label, room, isSubtle=True)
    value = _line(detail.value, room)
    return {
        "type": "ColumnSet",
        "spacing": "small",
        "columns": [
            {"type": "Column", "width": _LABEL_WIDTH, "items": [label]},
            {"type": "Column", "width": "stretch", "items": [value]},
        ],
    }


def _checks(notice: Notice, room: Room) -> list[Element]:
    if not notice.checks_heading:
        return []
    shown = notice.checks[: room.checks]
    lines = [_line(notice.checks_heading, room, weight="bolder", spacing="medium")]
    lines += [_check(check, room) for check in shown]
    if len(shown) < len(notice.checks):
        rest = f"{len(notice.checks) - len(shown)} more on the request's page."
        lines.append(_line(rest, room, isSubtle=True, spacing="small"))
    return lines


def _check(check: CheckLine, room: Room) -> Element:
    good = check.outcome is Outcome.PASSED
    mark = "✓ " if good else "✗ "
    return _block(
        _run(mark, room, weight="bolder", color="good" if good else "attention"),
        _run(f"{check.name} ", room, weight="bolder"),
        _run(check.summary if good else f"({check.outcome}) {check.summary}", room),
        spacing="small",
    )


def _quote(notice: Notice, room: Room) -> list[Element]:
    if not notice.quote:
        return []
    said = _line(f"“{notice.quote}”", room, italic=True)
    return [{"type": "Container", "style": "emphasis", "items": [said]}]


def _action(link: Link) -> Element:
    action = {"type": "Action.OpenUrl", "title": link.label, "url": link.url}
    match link.purpose:
        case Purpose.REVIEW:
            return action
        case Purpose.APPROVE:
            return action | {"style": "positive"}
        case Purpose.REJECT:
            return action | {"style": "destructive"}
        case _:
            assert_never(link.purpose)


def _line(text: str, room: Room, *, spacing: str = "default", **look: Any) -> Element:  # noqa: ANN401 -- properties of a TextRun, JSON values of several types
    return _block(_run(text, room, **look), spacing=spacing)


def _block(*runs: Element, spacing: str) -> Element:
    return {"type": "RichTextBlock", "spacing": spacing, "inlines": list(runs)}


def _run(text: str, room: Room, **look: Any) -> Element:  # noqa: ANN401 -- as in _line
    # Cut before braces are broken up: a cut could not join any, but breaking makes the text longer.
    inert = _BRACES.sub(r"\1 ", plain.cut(text, room.text))
    return {"type": "TextRun", "text": inert, **look}
