"""Every transition of a request: from one frozen value to the next, with the one fact that says so.

    received -> validating -> refused
                           -> pending -> rejected | expired | cancelled | superseded
                                      -> approved -> promoting -> promoted -> withdrawn
                                                               -> failed

An order about a version that has arrived begins at pending or approved and ends done (`ordering`).

Each function takes the time as an argument and returns a `Step`; none changes anything. A transition
that the state does not allow raises ConflictError and says where the request stands.
"""

from promotion.domain.lifecycle.bypassing import bypass_id, report_bypass
from promotion.domain.lifecycle.copying import complete, fail, report_problem, retry, start_copy
from promotion.domain.lifecycle.deciding import Ballot, cancel, decide, expire, supersede
from promotion.domain.lifecycle.evidencing import submit_evidence
from promotion.domain.lifecycle.opening import Opening, open_request
from promotion.domain.lifecycle.ordering import (
    Ordering,
    ask_for_order,
    carry_out,
    force,
    order_at_once,
    order_id,
)
from promotion.domain.lifecycle.reminding import escalate, remind
from promotion.domain.lifecycle.standing import acknowledge, restore, withdraw
from promotion.domain.lifecycle.step import STALL, Step
from promotion.domain.lifecycle.validating import (
    Examination,
    defer_validation,
    refuse,
    request_approval,
    start_validation,
)

__all__ = [
    "STALL",
    "Ballot",
    "Examination",
    "Opening",
    "Ordering",
    "Step",
    "acknowledge",
    "ask_for_order",
    "bypass_id",
    "cancel",
    "carry_out",
    "complete",
    "decide",
    "defer_validation",
    "escalate",
    "expire",
    "fail",
    "force",
    "open_request",
    "order_at_once",
    "order_id",
    "refuse",
    "remind",
    "report_bypass",
    "report_problem",
    "request_approval",
    "restore",
    "retry",
    "start_copy",
    "start_validation",
    "submit_evidence",
    "supersede",
    "withdraw",
]
