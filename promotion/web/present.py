"""Domain values as the shapes outside programs rely on. Knows no HTTP."""

import msgspec

from promotion.domain.approvals import Decision, stage_outcome
from promotion.domain.assets import AssetRef, Registry
from promotion.domain.dependencies import Dependency
from promotion.domain.evidence import Submission
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request
from promotion.domain.results import CheckResult
from promotion.usecases import explain, forecast, views
from promotion.web import shapes


def promotion(view: views.View) -> shapes.Promotion:
    """Return a request as the API shows it."""
    request = view.request
    return shapes.Promotion(
        id=request.id,
        route=request.route,
        state=request.state,
        revision=request.revision,
        digest=request.digest or None,
        attempt=request.attempt,
        asset=asset(request.asset),
        target=target(request.target),
        requested_by=request.requested_by,
        reason=request.reason,
        created_at=request.created_at,
        updated_at=request.updated_at,
        due_at=request.due_at,
        expires_at=request.expires_at,
        policy_hash=request.policy_hash,
        files=request.files,
        size=request.size,
        dependencies=[_dependency(each) for each in request.dependencies],
        checks=[_check(result) for result in request.checks],
        stages=stages(request.stages, request.decisions),
        decisions=[decision(each) for each in request.decisions],
        evidence=[_evidence(each) for each in request.evidence],
        progress=_progress(view),
        migration=request.batch or None,
        problem=trouble(request),
        order=_order(request),
        links=_links(request.id),
    )


def asset(ref: AssetRef) -> shapes.Asset:
    """Return an asset with the registry or the workspace that it is in."""
    at_registry = isinstance(ref.home, Registry)
    return shapes.Asset(
        id=ref.id,
        kind=ref.kind,
        registry=ref.home.name if at_registry else msgspec.UNSET,
        workspace=msgspec.UNSET if at_registry else ref.home.name,
        name=ref.name,
        version=ref.version,
    )


def target(ref: AssetRef) -> shapes.Target:
    """Return where an asset arrives; its version is null until it is settled."""
    fields = msgspec.structs.asdict(asset(ref))
    return shapes.Target(**fields | {"version": ref.version or None})


def stages(specs: tuple[StageSpec, ...], decisions: tuple[Decision, ...]) -> list[shapes.Stage]:
    """Return stages with how far each is."""
    return [
        shapes.Stage(
            name=stage.name,
            quorum=stage.quorum,
            rejections=stage.rejections,
            roles=list(stage.roles),
            people=list(stage.people),
            alongside=stage.alongside,
            outcome=stage_outcome(specs, decisions, stage.name),
        )
        for stage in specs
    ]


def listing(found: views.Listing) -> shapes.PromotionList:
    """Return a page of requests."""
    return shapes.PromotionList(
        items=[promotion(view) for view in found.items],
        next_cursor=found.next_cursor or None,
        damaged=[
            shapes.DamagedRecord(id=each.request_id, problem=each.problem) for each in found.damaged
        ],
    )


def trail(found: views.Trail) -> shapes.FactList:
    """Return a page of facts, as they were hashed."""
    cursor = str(found.next_after) if found.next_after else None
    return shapes.FactList(items=list(found.items), next_cursor=cursor)


def foreseen(
    seen: forecast.Forecast,
    existing: views.View | None,
    *,
    explained: explain.Explanation | None = None,
    problem: str = "",
) -> shapes.Forecast:
    """Return what asking would do, with what the checks say, or why they say nothing."""
    return shapes.Forecast(
        dry_run=True,
        route=seen.journey.route,
        attempt=seen.attempt,
        asset=asset(seen.journey.asset),
        target=target(seen.target),
        would_create=seen.would_create,
        existing=promotion(existing) if existing else None,
        stages=stages(seen.stages, ()),
        policy_hash=seen.policy_hash,
        examination=_examination(explained) if explained else None,
        problem=problem or None,
    )


def _examination(explained: explain.Explanation) -> shapes.Examination:
    return shapes.Examination(
        verdict=explained.verdict,
        checks=[_check(result) for result in explained.checks],
        digest=explained.digest,
        files=explained.files,
        bytes=explained.bytes,
        made_by=sorted(explained.made_by.names),
        effect=explained.target.effect,
        replaces=explained.target.replaces or None,
        dependencies=[_dependency(each) for each in explained.dependencies],
    )


def _evidence(submission: Submission) -> shapes.Evidence:
    return shapes.Evidence(
        name=submission.name,
        outcome=submission.outcome,
        digest=submission.digest,
        by=submission.by,
        at=submission.at,
        url=submission.url,
        reference=submission.reference,
        data=submission.data,
    )


def _dependency(needed: Dependency) -> shapes.Dependency:
    return shapes.Dependency(
        asset=asset(needed.asset),
        target=asset(needed.target),
        way=needed.way,
        digest=needed.digest or None,
        files=needed.files,
        size=needed.size,
        rebuilt=needed.rebuilt,
        named=[shapes.Naming(by=each.by, where=each.where) for each in needed.named],
    )


def _check(result: CheckResult) -> shapes.Check:
    return shapes.Check(
        name=result.name,
        outcome=result.outcome,
        summary=result.summary,
        evidence=result.evidence,
    )


def decision(given: Decision) -> shapes.Decision:
    """Return a decision as the API shows it."""
    by = shapes.Person(oid=given.by.oid, tid=given.by.tid, name=given.by.name)
    return shapes.Decision(
        stage=given.stage,
        verdict=given.verdict,
        by=by,
        comment=given.comment,
        at=given.at,
        digest=given.digest,
        revision=given.revision,
    )


def _progress(view: views.View) -> shapes.Progress:
    progress = view.progress
    return shapes.Progress(
        files=progress.files,
        files_done=progress.files_done,
        bytes=progress.bytes,
        bytes_done=progress.bytes_done,
    )


def trouble(request: Request) -> shapes.Trouble | None:
    """Return what keeps a request from going on, when something does."""
    if request.problem is None:
        return None
    return shapes.Trouble(
        message=request.problem.message,
        remedy=request.problem.remedy,
        since=request.problem.since,
    )


def _order(request: Request) -> shapes.Order | None:
    if request.order is None:
        return None
    return shapes.Order(
        verb=request.order.verb,
        current=request.order.current or None,
        successor=request.order.successor or None,
        emergency=request.order.emergency,
    )


def _links(request_id: str) -> shapes.Links:
    return shapes.Links(
        self=f"/api/promotions/{request_id}",
        page=f"/promotions/{request_id}",
        audit=f"/api/promotions/{request_id}/audit",
    )
