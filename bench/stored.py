"""Requests as they lie in storage, in any number: built by the domain's own transitions. Knows no service."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from promotion.adapters.tables import index, rows
from promotion.domain import lifecycle
from promotion.domain.actors import EVENT_GRID, PROMOTION, VALIDATION, Person
from promotion.domain.approvals import Verdict, authors
from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.errors import NotFoundError
from promotion.domain.lifecycle import Ballot, Examination, Opening, Step
from promotion.domain.manifest import ManifestFile, make_manifest
from promotion.domain.policy import (
    Journey,
    MetricThreshold,
    Place,
    Policy,
    RequiredTags,
    Route,
    StageSpec,
    Target,
)
from promotion.domain.request import request_id
from promotion.domain.results import CheckResult, Outcome

ROUTE: Final = "dev-to-prod"
ROLE: Final = "Promotion.Approver"
_BEGIN: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_MANIFEST: Final = make_manifest([ManifestFile(path="MLmodel", size=12, sha256="ab" * 32)])
_APPROVER: Final = Person(
    oid="oid-approver", tid="tenant", name="Approver", roles=frozenset({ROLE})
)


class NoEvidence:
    """Evidence that is never needed: these requests fit their rows."""

    def put(self, content: bytes) -> str:
        """Refuse."""
        raise ValueError(f"A row of the bench is too large: {len(content)} bytes.")

    def get(self, reference: str) -> bytes:
        """Refuse."""
        raise NotFoundError(f"The bench keeps nothing under {reference}.")


NO_EVIDENCE: Final = NoEvidence()


def policy(quorum: int = 1) -> Policy:
    """Return a policy of one route with one stage."""
    stage = StageSpec(name="business", roles=(ROLE,), quorum=quorum)
    route = Route(
        source=Place(registry="dev-mlops-registry"),
        target=Target(registry="prod-mlops-registry"),
        announced_by=("dev-mlops-workspace",),
        checks=(RequiredTags(tags=("owner",)), MetricThreshold(metric="r2", at_least=0.8)),
        stages=(stage,),
    )
    return Policy(version=1, routes={ROUTE: route})


def opened(name: str, now: dt.datetime = _BEGIN, *, quorum: int = 1) -> Step:
    """Return the first transition of a model's request."""
    home = Registry("dev-mlops-registry")
    asset = AssetRef(home=home, kind=AssetKind.MODELS, name=name, version="1")
    whole = policy(quorum)
    return lifecycle.open_request(
        Journey(route=ROUTE, asset=asset),
        whole.route(ROUTE),
        Opening(actor=EVENT_GRID),
        policy_hash=whole.hash,
        attempt=1,
        now=now,
    )


def pending(name: str, now: dt.datetime = _BEGIN, *, quorum: int = 1) -> Iterator[Step]:
    """Yield the transitions of a request up to where people are asked."""
    step = opened(name, now, quorum=quorum)
    yield step
    step = lifecycle.start_validation(step.request, actor=VALIDATION, now=now)
    yield step
    whole = policy(quorum)
    passed = [
        CheckResult(name=f"check {n}", outcome=Outcome.PASSED, summary="Fine.") for n in (1, 2)
    ]
    found = Examination(
        target=step.request.target,
        manifest=_MANIFEST,
        manifest_at="sha256:" + "00" * 32,
        checks=tuple(passed),
        policy_hash=whole.hash,
        made_by=authors(names=("Author",)),
    )
    route = whole.route(ROUTE)
    yield lifecycle.request_approval(step.request, route, found, actor=VALIDATION, now=now)


def promoted(name: str, now: dt.datetime = _BEGIN) -> Iterator[Step]:
    """Yield the transitions of a request up to its good end."""
    asked = list(pending(name, now))
    yield from asked
    request = asked[-1].request
    ballot = Ballot(
        person=_APPROVER,
        verdict=Verdict.APPROVE,
        digest=request.digest,
        revision=request.revision,
    )
    step = lifecycle.decide(request, ballot, now=now)
    yield step
    step = lifecycle.start_copy(step.request, actor=PROMOTION, now=now)
    yield step
    yield lifecycle.complete(step.request, already_there=False, actor=PROMOTION, now=now)


def main_rows(steps: list[Step]) -> Iterator[rows.Row]:
    """Yield the rows of a request's own partition."""
    yield rows.request_row(steps[-1].request, NO_EVIDENCE)
    for step in steps:
        yield from rows.step_rows(step, NO_EVIDENCE)[1]


def index_rows(steps: list[Step]) -> Iterator[rows.Row]:
    """Yield the rows of a request in the index."""
    request = steps[-1].request
    partition = index.shard(request.id)
    for key in index.keys(request):
        yield {"PartitionKey": partition, "RowKey": key}
    if not request.state.terminal:
        due: Any = request.due_at
        yield index.watch_row(request.id, due)


def many(promotions: int, waiting: int) -> Iterator[list[Step]]:
    """Yield requests: so many that were promoted, and so many that wait, spread among them in time.

    The promoted ones are one promotion under other names and times: a hundred thousand are made quickly,
    each reads back as a request of its own, and only the hashes of their facts are the first one's.
    """
    first = list(promoted("model-0"))
    every = max(1, promotions // waiting) if waiting else 0
    asked = 0
    for number in range(promotions):
        now = _BEGIN + dt.timedelta(seconds=number)
        yield _like(first, f"model-{number}", now)
        if every and number % every == 0 and asked < waiting:
            asked += 1
            yield list(pending(f"waiting-{asked}", now))
    for number in range(asked, waiting):
        yield list(pending(f"waiting-{number + 1}", _BEGIN + dt.timedelta(seconds=number)))


def _like(steps: list[Step], name: str, now: dt.datetime) -> list[Step]:
    replace = msgspec.structs.replace
    last = steps[-1].request
    asset = last.asset.moved(last.asset.home, name=name)
    key = request_id(route=last.route, asset=asset, attempt=last.attempt)
    request = replace(
        last,
        id=key,
        asset=asset,
        target=last.target.moved(last.target.home, name=name),
        created_at=now,
        updated_at=now,
    )
    return [
        replace(step, request=request, fact=replace(step.fact, request=key, at=now))
        for step in steps
    ]
