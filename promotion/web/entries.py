"""Facts as entries of the timeline, and who made them, in words. Pure; knows no HTML."""

from typing import Any, Final

import msgspec

from promotion.domain.actors import Actor
from promotion.domain.assets import AssetKind
from promotion.domain.facts import Fact, FactType

#: Parts of the app by what they do; others show under their own names.
_PARTS: Final = {
    "event-grid": "model registration",
    "reconcile": "registry comparison",
    "sweep": "schedule",
}

_TITLES: Final[dict[str, tuple[str, str]]] = {
    FactType.REQUEST_OPENED: ("Promotion asked for", "still"),
    FactType.VALIDATION_STARTED: ("Checks began", "still"),
    FactType.VALIDATION_DEFERRED: ("Waiting for the asset", "warn"),
    FactType.EVIDENCE_SUBMITTED: ("Evidence posted: {evidence}", "info"),
    FactType.REQUEST_REFUSED: ("Refused by the policy", "bad"),
    FactType.APPROVAL_REQUESTED: ("Approval asked for", "info"),
    FactType.DECISION_RECORDED: ("Approved in stage {stage}", "good"),
    FactType.REQUEST_APPROVED: ("Approved in stage {stage}: everyone needed agreed", "good"),
    FactType.REQUEST_REJECTED: ("Rejected in stage {stage}", "bad"),
    FactType.REQUEST_EXPIRED: ("Nobody decided in time", "still"),
    FactType.REQUEST_CANCELLED: ("Taken back", "still"),
    FactType.REQUEST_SUPERSEDED: ("The source changed: approval void", "warn"),
    FactType.COPY_STARTED: ("Copy began", "info"),
    FactType.ASSET_PROMOTED: ("Promoted", "good"),
    FactType.WITHDRAWAL_REQUESTED: ("Withdrawal asked for", "warn"),
    FactType.WITHDRAWAL_FORCED: ("Emergency: withdrawn without those who decide", "bad"),
    FactType.RESTORATION_REQUESTED: ("Restoration asked for", "info"),
    FactType.RETIREMENT_ORDERED: ("Its retention has come", "still"),
    FactType.ASSET_WITHDRAWN: ("Withdrawn", "warn"),
    FactType.ASSET_RESTORED: ("Restored", "good"),
    FactType.ASSET_RETIRED: ("Archived by retention", "still"),
    FactType.PROMOTION_WITHDRAWN: ("Taken out of use", "warn"),
    FactType.PROMOTION_RESTORED: ("In use again", "good"),
    FactType.PROMOTION_FAILED: ("The copy failed", "bad"),
    FactType.PROMOTION_RETRIED: ("Tried again", "info"),
    FactType.PROBLEM_REPORTED: ("A problem was reported", "warn"),
    FactType.APPROVAL_REMINDED: ("Approvers were reminded", "still"),
    FactType.APPROVAL_ESCALATED: ("Escalated to others", "warn"),
    FactType.BYPASS_DETECTED: ("Found in the target without a request", "bad"),
    FactType.BYPASS_ACKNOWLEDGED: ("An operator took note", "info"),
}

_KINDS: Final = frozenset(kind.singular for kind in AssetKind)

#: What of a fact's data is shown as a quotation, in this order.
_QUOTED: Final = ("comment", "reason", "problem", "remedy")


class Entry(msgspec.Struct, frozen=True):
    """One fact as the timeline shows it."""

    fact: Fact
    title: str
    tone: str
    quotes: tuple[str, ...]
    #: For a promotion that found its files in the target.
    note: str = ""


def entry(fact: Fact) -> Entry:
    """Return a fact as an entry of the timeline. A type that is not known shows under its own name."""
    title, tone = _title(fact)
    quotes = tuple(str(fact.data[name]) for name in _QUOTED if fact.data.get(name))
    return Entry(
        fact=fact,
        title=title.format(stage=_stage(fact.data), evidence=str(fact.data.get("name", ""))[:64]),
        tone=tone,
        quotes=quotes,
        note="The target had these very files already." if fact.data.get("already_there") else "",
    )


def who(actor: Actor) -> str:
    """Return who did something: a person's name, or which part of the app."""
    return actor.name if actor.kind == "person" else f"{part(actor)} (this app)"


def part(actor: Actor) -> str:
    """Return a person's name, or what a part of the app does, without saying that it is one."""
    return actor.name if actor.kind == "person" else _PARTS.get(actor.name, actor.name)


def _title(fact: Fact) -> tuple[str, str]:
    if fact.type == FactType.DECISION_RECORDED and fact.data.get("verdict") == "reject":
        # A stage that takes more than one rejection to end the request.
        return "Rejected in stage {stage}: it takes more to end the request", "warn"
    return _TITLES.get(_type(fact.type), (fact.type, "still"))


def _type(written: str) -> str:
    # `model.promoted` and its like are `asset.promoted` with the kind's own word.
    noun, _, verb = written.partition(".")
    return f"asset.{verb}" if noun in _KINDS else written


def _stage(data: dict[str, Any]) -> str:
    return str(data.get("stage", ""))
