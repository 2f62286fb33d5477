"""Judge a version found in a target: a request brought it there, or it came past every request."""

import logging
from enum import StrEnum
from typing import Final

from promotion.domain import lifecycle
from promotion.domain.approvals import StageOutcome, overall
from promotion.domain.assets import AssetDescription
from promotion.domain.errors import NotFoundError
from promotion.domain.policy import Policy, routes_into
from promotion.domain.request import State
from promotion.ports import Queue, World
from promotion.usecases.hinting import hint
from promotion.usecases.standing import claimed_request, records, same

_log = logging.getLogger(__name__)

#: The version is there because of such a request.
_BROUGHT: Final = frozenset({State.PROMOTED, State.WITHDRAWN})
#: Such a request may be about to say so: the version is created before its request is complete.
_UNDER_WAY: Final = frozenset({State.APPROVED, State.PROMOTING})


class Verdict(StrEnum):
    """What a version in a target turned out to be."""

    APPROVED = "approved"
    UNDER_WAY = "under way"
    #: Told already, by an earlier look.
    KNOWN = "known"
    REPORTED = "reported"


def judge(world: World, policy: Policy, found: AssetDescription) -> Verdict:
    """Return what a version in a target is; report it when no request stands for it.

    Raises:
        DamagedError: a request that may stand for it cannot be read back.
    """
    answer = _accounted_for(world, found)
    return answer or _report(world, policy, found)


def _accounted_for(world: World, found: AssetDescription) -> Verdict | None:
    claimed = found.properties.get("promotion.request", "")
    for request in records(world, found):
        if request.state in _BROUGHT:
            return Verdict.APPROVED
        if request.state in _UNDER_WAY:
            return Verdict.UNDER_WAY
        if request.state is State.FAILED and request.id == claimed:
            # Created by the copy that then failed; the failure is before an operator already.
            return Verdict.APPROVED
    return _along(world, found)


def _along(world: World, found: AssetDescription) -> Verdict | None:
    """Return what a version is that travelled along with another one; none when nobody approved it so."""
    request = claimed_request(world, found)
    if request is None or not any(
        each.travels and same(each.target, found.ref) for each in request.dependencies
    ):
        return None
    if request.state in _UNDER_WAY:
        return Verdict.UNDER_WAY
    # What had arrived when the rest failed or was overtaken was approved all the same.
    if overall(request.stages, request.decisions) is not StageOutcome.APPROVED:
        return None
    return Verdict.APPROVED


def _report(world: World, policy: Policy, found: AssetDescription) -> Verdict:
    try:
        known = world.requests.get(lifecycle.bypass_id(found.ref)).request
    except NotFoundError:
        step = lifecycle.report_bypass(
            found,
            # Any route to that registry will do: it says whose rules were passed by.
            route=routes_into(policy, found.ref)[0],
            policy_hash=policy.hash,
            now=world.clock.now(),
        )
        stored, created = world.requests.add(step)
        _log.error(
            "bypass detected", extra={"asset": found.ref.id, "request_id": stored.request.id}
        )
        hint(world, Queue.DELIVERIES, stored.request.id)
        return Verdict.REPORTED if created else Verdict.KNOWN
    return Verdict.KNOWN if known.state is State.BYPASSED else Verdict.APPROVED
