"""Have every version of a plan checked, then ask people once: about those that may travel, with their digests."""

import functools
from collections.abc import Iterable
from typing import Final

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import VALIDATION, Person
from promotion.domain.approvals import Authors, merge
from promotion.domain.assets import AssetRef
from promotion.domain.errors import InvalidError, RefusedError
from promotion.domain.lifecycle import Examination, Opening, Step
from promotion.domain.migration import manifest_of
from promotion.domain.policy import Journey
from promotion.domain.progress import Progress
from promotion.domain.request import Request, State
from promotion.domain.results import CheckResult, Outcome
from promotion.ports import World
from promotion.usecases import open_request
from promotion.usecases.migrate import walking
from promotion.usecases.migrate.walking import Visited

#: The migration waits while a version is there.
_BEING_CHECKED: Final = (State.RECEIVED, State.VALIDATING)
#: Versions left out that the check's evidence lists; the migration's report has all of them.
_LISTED: Final = 100


def gather(world: World, migration: Request) -> Step | None:
    """Bring a migration's versions as far as one call gets; return its verdict once all of them have theirs.

    Raises:
        RetryableError: a service is not ready.
    """
    plan = walking.plan_of(world, migration)
    visit = functools.partial(_visit, world, migration)
    versions = walking.walk(world, migration, plan.refs, visit)
    return None if versions is None else _verdict(world, migration, versions)


def _visit(world: World, migration: Request, asset: AssetRef) -> Visited:
    opening = Opening(
        actor=migration.requested_by,
        requester=_requester(migration),
        made_by=migration.made_by,
        reason=migration.reason,
        trace=migration.trace,
        batch=migration.id,
    )
    policy = world.policy.current()
    journey = Journey(route=migration.route, asset=asset)
    version = open_request.ask_for(world, policy, journey, opening).request
    return Visited(version=version, waited_for=version.state in _BEING_CHECKED)


def _requester(migration: Request) -> Person:
    who = migration.requested_by
    return Person(oid=who.oid, tid=who.tid, name=who.name)


def _verdict(world: World, migration: Request, versions: tuple[Request, ...]) -> Step:
    now = world.clock.now()
    travelling = [each for each in versions if each.state is State.PENDING]
    found = [_answer(versions, travelling)]
    try:
        manifest = manifest_of(travelling)
    except InvalidError as error:
        why = error.problem if travelling else found[0].summary
        refusal = RefusedError(why, "Plan the migration anew: the plan says what keeps a version.")
        return lifecycle.refuse(migration, error=refusal, actor=VALIDATION, now=now)
    # What was checked says nothing of what will be copied.
    world.requests.save_progress(migration.id, Progress())
    policy = world.policy.current()
    examination = Examination(
        target=migration.target,
        manifest=manifest,
        manifest_at=world.evidence.put(msgspec.json.encode(manifest)),
        checks=tuple(found),
        policy_hash=world.evidence.put(policy.canonical),
        # Nobody decides on a whole that holds something of their own.
        made_by=functools.reduce(merge, (each.made_by for each in travelling), Authors()),
    )
    route = policy.route(migration.route)
    return lifecycle.request_approval(migration, route, examination, actor=VALIDATION, now=now)


def _answer(versions: tuple[Request, ...], travelling: list[Request]) -> CheckResult:
    there = [each for each in versions if each.state is State.PROMOTED]
    others = [each for each in versions if each not in travelling and each not in there]
    told = f"{len(travelling)} of {len(versions)} versions passed every check and may travel"
    if there:
        told += f"; {len(there)} are there already"
    if others:
        told += f"; {len(others)} stay where they are"
    return CheckResult(
        name="versions",
        outcome=Outcome.PASSED,
        summary=f"{told}.",
        evidence={
            "asked_for": len(versions),
            "may_travel": len(travelling),
            "there_already": len(there),
            "left_out": len(others),
            "left_out_first": _listed(others),
        },
    )


def _listed(versions: Iterable[Request]) -> list[dict[str, str]]:
    return [
        {"asset": each.asset.id, "request": each.id, "state": each.state.value}
        for each in list(versions)[:_LISTED]
    ]
