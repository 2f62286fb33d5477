"""What the forms on a request's page say, by what they offer. Pure; knows no HTML."""

from typing import Final

import msgspec


class OfferWords(msgspec.Struct, frozen=True):
    """One form: what it does, what follows, its button."""

    summary: str
    consequence: str
    button: str
    #: Whether it stands open from the start.
    open: bool = False
    #: Whether it asks for a box to be ticked before nothing is left in use.
    may_leave_none: bool = False
    tone: str = ""


OFFERS: Final = {
    "retry": OfferWords(
        "Try it again",
        "The approval still holds; what was approved is done.",
        "Try again",
        open=True,
    ),
    "cancel": OfferWords(
        "Cancel this request",
        "It ends here; nothing is changed. Asking again starts anew.",
        "Cancel it",
    ),
    "acknowledge": OfferWords(
        "Take note of it",
        "It is no longer shown on the overview. Say who created it, and why it may stay.",
        "I know about it",
        open=True,
    ),
    "withdraw": OfferWords(
        "Withdraw this version",
        "Those who decide are asked. Then it is archived, the version before it is in use, and "
        "subscribers are told.",
        "Ask for its withdrawal",
        may_leave_none=True,
    ),
    "withdraw-now": OfferWords(
        "Emergency: withdraw it now",
        "Nobody is asked. It is archived at once, everybody is told, and the trail says that you did it.",
        "Withdraw it now",
        may_leave_none=True,
        tone="bad",
    ),
    "restore": OfferWords(
        "Use this version again",
        "Those who decide are asked. Then it is in use again, and subscribers are told.",
        "Ask for its restoration",
    ),
}
