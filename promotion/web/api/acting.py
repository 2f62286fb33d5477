"""Calls that write: ask, post evidence, decide, cancel, retry, acknowledge. Each is one use case; what it allows is said there."""

from promotion.domain.actors import acting
from promotion.domain.assets import AssetRef, parse_asset_id
from promotion.domain.errors import ConflictError, InvalidError, NotFoundError
from promotion.domain.facts import traceparent
from promotion.domain.lifecycle import Ballot, Opening
from promotion.domain.request import Request
from promotion.usecases import (
    access,
    acknowledge,
    cancel,
    decide,
    explain,
    forecast,
    open_request,
    retry,
    submit_evidence,
    views,
)
from promotion.usecases.wish import Wish
from promotion.web import answers, present
from promotion.web.conditions import etag, require_revision, seen_revision
from promotion.web.http import Response
from promotion.web.inputs import POSSIBLE_NAME, NewDecision, NewEvidence, NewPromotion, NewWish
from promotion.web.problems import INVALID, FieldError, HttpError
from promotion.web.routing import Call


def ask(call: Call) -> Response:
    """Open a request, return the one there is, or tell what would happen."""
    # A dry run, too: it reads the whole asset.
    access.require_requester(call.caller)
    wanted: NewPromotion = call.body
    asset = asset_of(wanted.asset)
    if wanted.dry_run:
        return _foresee(call, asset, wanted.route or "")
    opening = Opening(
        actor=acting(call.caller),
        requester=call.caller,
        reason=(wanted.reason or "").strip(),
        trace=trace_of(call),
    )
    opened = open_request.ask(call.world, asset, wanted.route or "", opening)
    return shown_new(call, opened.request) if opened.created else shown(call, opened.request)


def post_evidence(call: Call) -> Response:
    """Record what a pipeline found out; the same again is answered with the request as it is."""
    posted: NewEvidence = call.body
    offer = submit_evidence.Offer(
        person=call.caller,
        name=posted.name,
        outcome=posted.outcome,
        digest=posted.digest,
        data=posted.data,
        url=posted.url or "",
    )
    request = submit_evidence.submit_evidence(call.world, call.path["id"], offer)
    return shown(call, request, status=201)


def decide_on(call: Call) -> Response:
    """Record the caller's verdict on the revision and digest they looked at."""
    said: NewDecision = call.body
    ballot = Ballot(
        person=call.caller,
        verdict=said.verdict,
        stage=said.stage or "",
        comment=said.comment or "",
        digest=said.digest,
        revision=require_revision(call.request),
    )
    return shown(call, decide.decide(call.world, call.path["id"], ballot))


def cancel_it(call: Call) -> Response:
    """Take a request back."""
    return shown(call, cancel.cancel(call.world, call.path["id"], _wish(call)))


def acknowledge_it(call: Call) -> Response:
    """Take note of a version that came past every request."""
    return shown(call, acknowledge.acknowledge(call.world, call.path["id"], _wish(call)))


def retry_it(call: Call) -> Response:
    """Have a failed promotion tried again."""
    return shown(call, retry.retry(call.world, call.path["id"], _wish(call)))


def asset_of(text: str) -> AssetRef:
    """Return the asset that a body names as `asset`.

    Raises:
        HttpError: it is no asset's id.
    """
    try:
        return parse_asset_id(text)
    except InvalidError as error:
        errors = (FieldError("$.asset", error.problem),)
        raise HttpError(INVALID, error.problem, error.remedy, errors=errors) from error


def _foresee(call: Call, asset: AssetRef, route: str) -> Response:
    if not POSSIBLE_NAME.fullmatch(asset.name) or not POSSIBLE_NAME.fullmatch(asset.version):
        raise InvalidError(
            "Azure ML gives no asset such a name or version.",
            "Names and versions are letters, digits, '_', '-' and '.'.",
        )
    explained, problem = None, ""
    try:
        explained = explain.explain(call.world, asset, route)
        seen = explained.forecast
    except (NotFoundError, ConflictError) as error:
        # Where no route takes it, foreseeing is refused for the same reason.
        seen, problem = forecast.foresee(call.world, asset, route), str(error)
    existing = views.view(call.world, seen.existing) if seen.existing else None
    return answers.json(present.foreseen(seen, existing, explained=explained, problem=problem))


def _wish(call: Call) -> Wish:
    said: NewWish = call.body
    return Wish(
        person=call.caller,
        reason=(said.reason or "").strip(),
        revision=seen_revision(call.request),
    )


def shown(
    call: Call,
    request: Request,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """Answer with a request as it is now, and its revision."""
    shape = present.promotion(views.view(call.world, request))
    return answers.json(shape, status, {"ETag": etag(request.revision), **(headers or {})})


def shown_new(call: Call, request: Request) -> Response:
    """Answer with a request that this call has opened, and where it is from now on."""
    location = {"Location": f"/api/promotions/{request.id}"}
    return shown(call, request, status=201, headers=location)


def trace_of(call: Call) -> str:
    """Return the W3C traceparent that a call came with; empty when it has none."""
    return traceparent(call.request.headers.get("traceparent", ""))
