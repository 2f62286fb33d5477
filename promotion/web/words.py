"""States in whole sentences, for the pages. Pure; knows no HTML."""

from typing import Final

import msgspec

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
    loud = request.order.emergency
    return msgspec.structs.replace(
        words,
        label=f"{f'Emergency {noun.lower()}' if loud else noun}: {words.label.lower()}",
        tone="bad" if loud else words.tone,
        headline=headline,
        meaning=meaning,
    )
