"""States and facts in whole sentences, for the pages. Pure; knows no HTML."""

from typing import Any, Final

import msgspec

from promotion.domain.actors import Actor
from promotion.domain.assets import AssetKind
from promotion.domain.facts import Fact, FactType
from promotion.domain.orders import Verb
from promotion.domain.request import Request, State


class StateWords(msgspec.Struct, frozen=True):
    """How a state is shown: its word, its tone (a class of the style sheet), its icon, what it means."""

    label: str
    tone: str
    icon: str
    #: With `{name}`, `{source}` and `{target}`.
    headline: str
    meaning: str


STATES: Final = {
    State.RECEIVED: StateWords(
        "Received",
        "info",
        "clock",
        "{name} asks to go from {source} to {target}",
        "The app looks at it as soon as it is in {source}.",
    ),
    State.VALIDATING: StateWords(
        "Being checked",
        "info",
        "clock",
        "{name} is being checked for {target}",
        "Its files are read and the policy's checks run.",
    ),
    State.REFUSED: StateWords(
        "Refused",
        "bad",
        "cross",
        "{name} does not meet the policy for {target}",
        "Nothing was copied. Correct what the checks name and register a new version.",
    ),
    State.PENDING: StateWords(
        "Waiting for approval",
        "warn",
        "hand",
        "May {name} go from {source} to {target}?",
        "Every check passed. People decide now.",
    ),
    State.REJECTED: StateWords(
        "Rejected",
        "bad",
        "cross",
        "{name} was not let into {target}",
        "An approver said no. Nothing was copied.",
    ),
    State.EXPIRED: StateWords(
        "Expired",
        "still",
        "clock",
        "Nobody decided in time on {name} for {target}",
        "Nothing was copied. Ask again to start anew.",
    ),
    State.CANCELLED: StateWords(
        "Cancelled",
        "still",
        "cross",
        "The request for {name} to go to {target} was taken back",
        "Nothing was copied.",
    ),
    State.SUPERSEDED: StateWords(
        "Superseded",
        "still",
        "again",
        "{name} changed after it was approved for {target}",
        "The approval is void and nothing was copied. A new attempt asks again.",
    ),
    State.APPROVED: StateWords(
        "Approved",
        "info",
        "check",
        "{name} may go to {target}",
        "Everyone needed agreed. The copy is about to begin.",
    ),
    State.PROMOTING: StateWords(
        "Being copied",
        "info",
        "copy",
        "{name} is being copied to {target}",
        "The approved files travel from storage to storage.",
    ),
    State.PROMOTED: StateWords(
        "Promoted",
        "good",
        "check",
        "{name} is in {target}, exactly as approved",
        "Its files were verified against the approved digest.",
    ),
    State.WITHDRAWN: StateWords(
        "Withdrawn",
        "still",
        "again",
        "{name} was withdrawn from {target}",
        "It is archived there; who used it was told.",
    ),
    State.FAILED: StateWords(
        "Failed",
        "bad",
        "warn",
        "{name} could not be copied to {target}",
        "It was approved and is not there. An operator decides: try again, or cancel.",
    ),
    State.BYPASSED: StateWords(
        "Bypassed",
        "bad",
        "warn",
        "{name} is in {target}, and nobody had asked for it",
        "No request brought it there: nobody checked or approved it. Find out who did.",
    ),
    State.ACKNOWLEDGED: StateWords(
        "Acknowledged",
        "still",
        "check",
        "{name} is in {target} without a request, and an operator knows",
        "No request brought it there; why it may stay is told below.",
    ),
    State.DONE: StateWords(
        "Done",
        "good",
        "check",
        "What was ordered about {name} in {target} is done",
        "Those who use it were told.",
    ),
}

#: Of an order: the word for it, what people are asked, what is done.
_ORDERS: Final = {
    Verb.WITHDRAW: ("Withdrawal", "May {name} be withdrawn from {target}?", "withdrawn from"),
    Verb.RESTORE: ("Restoration", "May {name} be used again in {target}?", "restored in"),
    Verb.RETIRE: ("Retirement", "", "archived by the retention of"),
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


def state_of(request: Request) -> StateWords:
    """Return how a request is shown now; an order is no journey, and says what it is about."""
    words = STATES[request.state]
    if request.order is None:
        return words
    noun, question, done = _ORDERS[request.order.verb]
    place = {
        State.PENDING: (question, "People decide now."),
        State.APPROVED: (f"{noun} of {{name}} in {{target}} is about to begin", ""),
        State.FAILED: (f"{noun} of {{name}} in {{target}} failed", "An operator decides."),
        State.DONE: (f"{{name}} was {done} {{target}}", "Those who use it were told."),
        State.SUPERSEDED: (
            f"{noun} of {{name}} in {{target}} is void",
            "What was decided on is not so any more. Nothing was changed; ask again.",
        ),
    }
    over = (f"{noun} of {{name}} in {{target}}: {words.label.lower()}", "Nothing was changed.")
    headline, meaning = place.get(request.state, over)
    label = f"{noun}: {words.label.lower()}"
    return msgspec.structs.replace(words, label=label, headline=headline, meaning=meaning)


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
    return actor.name if actor.kind == "person" else f"{actor.name} (this app)"


def check_title(name: str) -> str:
    """Return a check's name as a title: `metric_threshold:rmse` is `Metric threshold: rmse`."""
    # Behind a bracket, which of the assets that travel along it is about.
    check, bracket, about = name.partition(" (")
    kind, _, subject = check.partition(":")
    title = kind.replace("_", " ").capitalize()
    return f"{title}{': ' if subject else ''}{subject}{bracket}{about}"


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
