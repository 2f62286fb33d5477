"""Which transition leads from where to where: the state machine as one table.

The transitions' functions take their allowed states from here, and docs/states.md is drawn from it.
"""

from typing import Final, NamedTuple

from promotion.domain.request import State

_S = State


class Transition(NamedTuple):
    """One arrow, or several under one name."""

    name: str
    sources: tuple[State, ...]
    #: Where it can lead; empty means that the request stays where it is.
    goals: tuple[State, ...]


START_VALIDATION: Final = Transition("start_validation", (_S.RECEIVED,), (_S.VALIDATING,))
DEFER_VALIDATION: Final = Transition("defer_validation", (_S.VALIDATING,), (_S.RECEIVED,))
SUBMIT_EVIDENCE: Final = Transition("submit_evidence", (_S.RECEIVED, _S.VALIDATING), ())
REFUSE: Final = Transition("refuse", (_S.VALIDATING,), (_S.REFUSED,))
REQUEST_APPROVAL: Final = Transition("request_approval", (_S.VALIDATING,), (_S.PENDING,))
DECIDE: Final = Transition("decide", (_S.PENDING,), (_S.PENDING, _S.APPROVED, _S.REJECTED))
REMIND: Final = Transition("remind", (_S.PENDING,), ())
ESCALATE: Final = Transition("escalate", (_S.PENDING,), ())
EXPIRE: Final = Transition("expire", (_S.PENDING,), (_S.EXPIRED,))
CANCEL: Final = Transition(
    "cancel",
    (_S.RECEIVED, _S.VALIDATING, _S.PENDING, _S.FAILED),
    (_S.CANCELLED,),
)
SUPERSEDE: Final = Transition(
    "supersede",
    (_S.PENDING, _S.APPROVED, _S.PROMOTING),
    (_S.SUPERSEDED,),
)
START_COPY: Final = Transition("start_copy", (_S.APPROVED,), (_S.PROMOTING,))
COMPLETE: Final = Transition("complete", (_S.PROMOTING,), (_S.PROMOTED,))
FAIL: Final = Transition("fail", (_S.APPROVED, _S.PROMOTING), (_S.FAILED,))
RETRY: Final = Transition("retry", (_S.FAILED,), (_S.APPROVED,))
# Of orders about a version that has arrived.
FORCE: Final = Transition("force", (_S.PENDING,), (_S.APPROVED,))
CARRY_OUT: Final = Transition("carry_out", (_S.APPROVED,), (_S.DONE,))
# Of what brought that version, once the order is carried out.
WITHDRAW: Final = Transition(
    "withdraw",
    (_S.PROMOTED, _S.BYPASSED, _S.ACKNOWLEDGED),
    (_S.WITHDRAWN,),
)
RESTORE: Final = Transition("restore", (_S.WITHDRAWN,), (_S.PROMOTED, _S.ACKNOWLEDGED))
ACKNOWLEDGE: Final = Transition("acknowledge", (_S.BYPASSED,), (_S.ACKNOWLEDGED,))

TRANSITIONS: Final = (
    START_VALIDATION,
    DEFER_VALIDATION,
    SUBMIT_EVIDENCE,
    REFUSE,
    REQUEST_APPROVAL,
    DECIDE,
    REMIND,
    ESCALATE,
    EXPIRE,
    CANCEL,
    SUPERSEDE,
    START_COPY,
    COMPLETE,
    FAIL,
    RETRY,
    FORCE,
    CARRY_OUT,
    WITHDRAW,
    RESTORE,
    ACKNOWLEDGE,
)
