"""The transition that takes evidence from outside. Nothing else; what the evidence means is a check's matter."""

import datetime as dt

import msgspec

from promotion.domain.errors import ConflictError, StaleError
from promotion.domain.evidence import Submission
from promotion.domain.facts import FactType
from promotion.domain.lifecycle import table
from promotion.domain.lifecycle.step import Step, require, step
from promotion.domain.request import Request, State


def submit_evidence(request: Request, submission: Submission, *, now: dt.datetime) -> Step:
    """A pipeline has found something out about the files; the request is looked at again at once.

    Raises:
        ConflictError: the files have not been read yet, or the request no longer takes evidence.
        StaleError: it is about other files than the request's.
    """
    require(request, "take evidence", table.SUBMIT_EVIDENCE)
    _require_same_files(request, submission)
    kept = (each for each in request.evidence if each.name != submission.name)
    after = msgspec.structs.replace(
        request,
        evidence=(*kept, submission),
        due_at=now if request.state is State.RECEIVED else request.due_at,
    )
    data = {
        "name": submission.name,
        "outcome": submission.outcome.value,
        "reference": submission.reference,
        "url": submission.url,
    }
    return step(after, FactType.EVIDENCE_SUBMITTED, submission.by, now, data, before=request.state)


def _require_same_files(request: Request, submission: Submission) -> None:
    if not request.digest:
        raise ConflictError(
            "The asset's files have not been read yet, so evidence cannot be bound to them.",
            "Try again once the request shows a digest.",
        )
    if submission.digest != request.digest:
        raise StaleError(
            f"The evidence is about {submission.digest}, this request is about {request.digest}.",
            "Test exactly these files and post the result with their digest.",
        )
