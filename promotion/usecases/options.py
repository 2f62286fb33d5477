"""What one person could do with a request now, and why not. Reads only; the domain decides, when it is done."""

from collections.abc import Iterator

from promotion.domain.actors import Person
from promotion.domain.approvals import Verdict, choose_stage, stages_open_to
from promotion.domain.errors import RefusedError
from promotion.domain.lifecycle.table import ACKNOWLEDGE, CANCEL, RESTORE, RETRY, WITHDRAW
from promotion.domain.request import Request, State
from promotion.usecases import access


def open_stages(request: Request, person: Person) -> tuple[str, ...]:
    """Return the stages in which the person could decide now."""
    if request.state is not State.PENDING:
        return ()
    return stages_open_to(person, request.stages, request.decisions, request.made_by)


def why_not(request: Request, person: Person) -> RefusedError | None:
    """Return what keeps the person from deciding on a pending request; nothing when they may."""
    try:
        choose_stage(person, "", request.stages, request.decisions, request.made_by)
    except RefusedError as error:
        return error
    return None


def approvals_missing(request: Request) -> int:
    """Return how many approvals are still needed, over all stages."""
    missing = 0
    for stage in request.stages:
        agreed = {
            each.by.key
            for each in request.decisions
            if each.stage == stage.name and each.verdict is Verdict.APPROVE
        }
        missing += max(stage.quorum - len(agreed), 0)
    return missing


def offers(request: Request, person: Person) -> tuple[str, ...]:
    """Return what else the person may do now: `cancel` or `retry` the request, `withdraw` what it brought ..."""
    found = []
    if access.may_retry(person) and request.state in RETRY.sources:
        found.append(RETRY.name)
    if access.may_cancel(person, request) and request.state in CANCEL.sources:
        found.append(CANCEL.name)
    if access.may_retry(person) and request.state in ACKNOWLEDGE.sources:
        found.append(ACKNOWLEDGE.name)
    return (*found, *_orders(request, person))


def _orders(request: Request, person: Person) -> Iterator[str]:
    if request.order is not None or request.plan or not access.may_ask(person):
        return
    if request.state in WITHDRAW.sources:
        yield WITHDRAW.name
        if access.may_retry(person):
            yield f"{WITHDRAW.name}-now"
    if request.state in RESTORE.sources:
        yield RESTORE.name
