"""Judge a version found in a target: a request brought it there, or it came past every request.

The version's own properties say which request that was, but anyone who can create a version can write
them: what counts is that the request itself says that it brings this very version.
"""

import logging
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from promotion.domain import lifecycle
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import DamagedError, NotFoundError
from promotion.domain.policy import Policy
from promotion.domain.request import Request, State, is_request_id
from promotion.ports import Query, Queue, World
from promotion.usecases.hinting import hint
from promotion.usecases.settle_target import given

_log = logging.getLogger(__name__)

#: The version is there because of such a request.
_BROUGHT: Final = frozenset({State.PROMOTED, State.WITHDRAWN})
#: Such a request may be about to say so: the version is created before its request is complete.
_UNDER_WAY: Final = frozenset({State.APPROVED, State.PROMOTING})
#: A page of the requests under the version's name.
_PAGE: Final = 200


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
    for request in _candidates(world, found.ref, claimed):
        if not _same(request.target, found.ref):
            continue
        if request.state in _BROUGHT:
            return Verdict.APPROVED
        if request.state in _UNDER_WAY:
            return Verdict.UNDER_WAY
        if request.state is State.FAILED and request.id == claimed:
            # Created by the copy that then failed; the failure is before an operator already.
            return Verdict.APPROVED
    return None


def _candidates(world: World, target: AssetRef, claimed: str) -> Iterator[Request]:
    """Yield the request that the version names, those that were given it, then all of its name and version."""
    if is_request_id(claimed):
        try:
            yield world.requests.get(claimed).request
        except NotFoundError:
            fields = {"asset": target.id, "request_id": claimed}
            _log.warning("version names a request that does not exist", extra=fields)
    yield from given(world, target)
    query = Query(name=target.name, version=target.version)
    cursor = ""
    while True:
        page = world.requests.page(query, cursor=cursor, limit=_PAGE)
        yield from page.items
        if page.damaged:
            raise DamagedError(
                f"Whether a request stands for {target.id} cannot be told: {page.damaged[0].problem}",
                "Restore that record; the version is judged at the next look.",
            )
        cursor = page.next_cursor
        if not cursor:
            return


def _report(world: World, policy: Policy, found: AssetDescription) -> Verdict:
    try:
        known = world.requests.get(lifecycle.bypass_id(found.ref)).request
    except NotFoundError:
        step = lifecycle.report_bypass(
            found,
            route=_route_to(policy, found.ref),
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


def _route_to(policy: Policy, target: AssetRef) -> str:
    # Any route to that registry will do: it says whose rules were passed by.
    return next(
        name
        for name, route in policy.routes.items()
        if route.target.registry.lower() == target.home.name.lower() and target.kind in route.kinds
    )


def _same(one: AssetRef, other: AssetRef) -> bool:
    # Azure compares resource names without case; asset names keep theirs.
    same_home = one.home.path.lower() == other.home.path.lower()
    return same_home and one.moved(other.home) == other
