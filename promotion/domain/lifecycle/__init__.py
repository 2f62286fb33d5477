"""Every transition of a request: from one frozen value to the next, with the one fact that says so.

    received -> validating -> refused
                           -> pending -> rejected | expired | cancelled | superseded
                                      -> approved -> promoting -> promoted -> withdrawn
                                                               -> failed

Each function takes the time as an argument and returns a `Step`; none changes anything. A transition
that the state does not allow raises ConflictError and says where the request stands.
"""

from promotion.domain.lifecycle.bypassing import bypass_id, report_bypass
from promotion.domain.lifecycle.copying import complete, fail, report_problem, retry, start_copy
from promotion.domain.lifecycle.deciding import Ballot, cancel, decide, expire, supersede
from promotion.domain.lifecycle.evidencing import submit_evidence
from promotion.domain.lifecycle.opening import Opening, open_request
from promotion.domain.lifecycle.reminding import escalate, remind
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
    "Step",
    "bypass_id",
    "cancel",
    "complete",
    "decide",
    "defer_validation",
    "escalate",
    "expire",
    "fail",
    "open_request",
    "refuse",
    "remind",
    "report_bypass",
    "report_problem",
    "request_approval",
    "retry",
    "start_copy",
    "start_validation",
    "submit_evidence",
    "supersede",
]
