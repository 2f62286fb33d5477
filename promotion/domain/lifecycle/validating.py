"""Transitions while the app looks at the asset: begin, wait for it, refuse it, ask people."""

import datetime as dt
from typing import Any

import msgspec

from promotion.domain.actors import Actor
from promotion.domain.approvals import Authors, merge
from promotion.domain.assets import AssetRef
from promotion.domain.dependencies import Dependency
from promotion.domain.errors import PromotionError
from promotion.domain.facts import FactType
from promotion.domain.lifecycle import table
from promotion.domain.lifecycle.step import STALL, Step, moved, problem_of, require, step, written
from promotion.domain.manifest import Manifest
from promotion.domain.policy import Route
from promotion.domain.request import Request, State
from promotion.domain.results import CheckResult
from promotion.domain.timers import start_timers


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """What validation found out: where it goes, the files, the checks' answers, who made the asset."""

    #: With its version, unless none could be settled (which is a failed check then).
    target: AssetRef
    manifest: Manifest
    #: Where the manifest is kept.
    manifest_at: str
    checks: tuple[CheckResult, ...]
    policy_hash: str
    made_by: Authors
    #: Digest of what was said of the asset; a migration has none of its own.
    described: str = ""
    #: Id of the run or asset that it came from.
    came_from: str = ""
    dependencies: tuple[Dependency, ...] = ()


def start_validation(request: Request, *, actor: Actor, now: dt.datetime) -> Step:
    """The app begins to look at the asset."""
    require(request, "be validated", table.START_VALIDATION)
    after = moved(request, State.VALIDATING, due_at=now + STALL)
    return step(after, FactType.VALIDATION_STARTED, actor, now, {}, before=request.state)


def defer_validation(
    request: Request,
    error: PromotionError,
    found: Examination | None = None,
    *,
    until: dt.datetime,
    actor: Actor,
    now: dt.datetime,
) -> Step:
    """The asset cannot be judged yet; the request waits, says for what, and shows what was found so far."""
    require(request, "wait for its asset", table.DEFER_VALIDATION)
    after = moved(
        request,
        State.RECEIVED,
        due_at=until,
        problem=problem_of(error, now),
        **_settled(found),
    )
    data = {"problem": error.problem, "remedy": error.remedy, "until": written(until)}
    return step(after, FactType.VALIDATION_DEFERRED, actor, now, data, before=request.state)


def refuse(
    request: Request,
    found: Examination | None = None,
    *,
    error: PromotionError | None = None,
    actor: Actor,
    now: dt.datetime,
) -> Step:
    """The policy says no: a check failed (`found`), or the asset cannot be judged at all (`error`)."""
    require(request, "be refused", table.REFUSE)
    problem = problem_of(error, now) if error else None
    after = moved(request, State.REFUSED, problem=problem, **_settled(found))
    data: dict[str, Any] = {"checks": msgspec.to_builtins(after.checks)}
    if error:
        data |= {"problem": error.problem, "remedy": error.remedy}
    return step(after, FactType.REQUEST_REFUSED, actor, now, data, before=request.state)


def request_approval(
    request: Request,
    route: Route,
    found: Examination,
    *,
    actor: Actor,
    now: dt.datetime,
) -> Step:
    """Every check passed: people are asked. What they decide on is fixed here: target, digest, policy, stages."""
    require(request, "ask for approval", table.REQUEST_APPROVAL)
    timers = start_timers(route, now)
    after = moved(
        request,
        State.PENDING,
        made_by=merge(request.made_by, found.made_by),
        stages=route.stages,
        expires_at=timers.expires_at,
        timers=timers,
        due_at=timers.next,
        **_settled(found),
    )
    data = {
        "checks": msgspec.to_builtins(found.checks),
        "stages": msgspec.to_builtins(route.stages),
        # What it takes to judge the decisions again, without the app.
        "authors": {
            "keys": sorted(after.made_by.keys),
            "names": sorted(after.made_by.names),
        },
        "manifest": after.manifest,
        "policy": after.policy_hash,
        "files": after.files,
        "bytes": after.size,
        "expires_at": written(timers.expires_at),
        **({"described": after.described} if after.described else {}),
        **_along(after),
    }
    return step(after, FactType.APPROVAL_REQUESTED, actor, now, data, before=request.state)


def _along(request: Request) -> dict[str, Any]:
    if not request.dependencies:
        return {}
    return {
        "dependencies": [each.along for each in request.dependencies],
        "closure": request.closure,
    }


def _settled(found: Examination | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        "target": found.target,
        "digest": found.manifest.digest,
        "files": len(found.manifest.files),
        "size": found.manifest.size,
        "manifest": found.manifest_at,
        "described": found.described,
        "came_from": found.came_from,
        "checks": found.checks,
        "policy_hash": found.policy_hash,
        "dependencies": found.dependencies,
    }
