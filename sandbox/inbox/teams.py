"""The Teams Workflows webhook: takes posted messages and tells what becomes of them.

The real one answers 202 before its flow runs; what the flow cannot use is lost without a word to
the sender. Here such a message is kept and says why. Must not know how messages are shown.

Sources: Microsoft's articles `connectors-using` (envelope, limits) and `cards-reference` (actions);
the size limit as senders met it (elementary-data#2160).
"""

import datetime as dt
from typing import Any, Final

import msgspec

from sandbox.inbox import card_text
from sandbox.inbox.messages import Message, new_id

#: The path of the webhook's address.
PATH: Final = "/workflows/manual/paths/invoke"
#: The largest request, in bytes.
SIZE_LIMIT: Final = 28 * 1024

_CARD: Final = "application/vnd.microsoft.card.adaptive"
_WORKING_ACTIONS: Final = frozenset(
    {"Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility"},
)
_RECIPIENT: Final = "Teams channel"


def read(body: bytes, now: dt.datetime) -> list[Message]:
    """Return what the flow would post: a message an attachment, or one that tells its failure."""
    try:
        envelope = msgspec.json.decode(body)
    except (ValueError, RecursionError) as error:
        return [_failed(f"the body is not JSON: {error}", body, now)]
    problem = _envelope_problem(envelope)
    if problem is not None:
        return [_failed(problem, body, now)]
    return [_message(attachment, now) for attachment in envelope["attachments"]]


def _envelope_problem(envelope: object) -> str | None:
    if not isinstance(envelope, dict):
        return "the body must be a JSON object with `type` and `attachments`"
    if envelope.get("type") != "message":
        return f'`type` must be "message", it is {envelope.get("type")!r:.60}'
    attachments = envelope.get("attachments")
    if not isinstance(attachments, list) or not attachments:
        return "`attachments` must be a list of at least one card: the flow goes through them"
    return None


def _message(attachment: object, now: dt.datetime) -> Message:
    card, problem = _card(attachment)
    if card is None:
        return _failed(problem or "", msgspec.json.encode(attachment), now)
    lines = card_text.texts(card)
    return Message(
        id=new_id(now),
        channel="teams",
        at=now,
        to=(_RECIPIENT,),
        subject=lines[0] if lines else "A card without text",
        text="\n".join(lines),
        links=card_text.links(card),
        card=card,
        problem=problem,
    )


def _card(attachment: object) -> tuple[dict[str, Any] | None, str | None]:
    """Return the attachment's card, if there is one, and what is wrong with it."""
    if not isinstance(attachment, dict) or attachment.get("contentType") != _CARD:
        return None, f"an attachment's `contentType` must be {_CARD}"
    card = attachment.get("content")
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return None, 'an attachment\'s `content` must be an object of `type` "AdaptiveCard"'
    if not isinstance(card.get("version"), str):
        return card, "the card must say its schema `version`"
    dead = sorted(card_text.action_types(card) - _WORKING_ACTIONS)
    if dead:
        return card, f"{', '.join(dead)} does nothing in a card posted by a webhook"
    return card, None


def _failed(problem: str, body: bytes, now: dt.datetime) -> Message:
    return Message(
        id=new_id(now),
        channel="teams",
        at=now,
        to=(_RECIPIENT,),
        subject="A message that Teams would not show",
        text=body.decode(errors="replace"),
        problem=problem,
    )
