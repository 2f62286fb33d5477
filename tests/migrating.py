"""Migrations in memory: what their tests share. Plays, never asserts."""

import datetime as dt

import msgspec

from promotion.adapters.memory.keeping import Hint
from promotion.domain.actors import Person
from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetRef
from promotion.domain.lifecycle import Ballot
from promotion.domain.manifest import Manifest
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request
from promotion.ports import Queue, World
from promotion.usecases.decide import decide
from promotion.usecases.deliver import deliver
from promotion.usecases.migrate.asking import ask
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from tests.building import PROD, ROUTE, Stage, model, person

OPERATOR = person("operator", "Promotion.Operator")
APPROVER = person("approver")
SECOND = person("second")
BOARD = StageSpec(name="board", roles=("Promotion.Approver",), quorum=2)


def registered(stage: Stage, count: int) -> tuple[AssetRef, ...]:
    """Put so many versions of a model into the source."""
    return tuple(stage.register(model(version=str(number + 1))) for number in range(count))


def asked(stage: Stage, assets: tuple[AssetRef, ...], reason: str = "") -> Request:
    """Return the request of a migration."""
    return ask(stage.world, ROUTE, assets, OPERATOR, reason=reason).request


def handle(world: World, hint: Hint) -> None:
    """Work on one hint."""
    match hint.queue:
        case Queue.VALIDATIONS:
            validate(world, hint.request_id)
        case Queue.PROMOTIONS:
            promote(world, hint.request_id)
        case Queue.DELIVERIES:
            deliver(world, hint.request_id)


def work(stage: Stage) -> None:
    """Let the queues work until nothing is left but what waits for people."""
    for _ in range(200):
        hints = stage.hints.take()
        if not hints:
            return
        stage.clock.move(max((each.delay for each in hints), default=dt.timedelta(0)))
        for hint in hints:
            handle(stage.world, hint)
    raise TimeoutError("the queues never came to rest")


def vote(stage: Stage, request_id: str, who: Person, verdict: Verdict = Verdict.APPROVE) -> None:
    """Decide on a request as it stands now."""
    now = stage.requests.get(request_id).request
    decide(
        stage.world,
        request_id,
        Ballot(
            person=who, verdict=verdict, comment="Yes.", digest=now.digest, revision=now.revision
        ),
    )


def now(stage: Stage, request: Request) -> Request:
    """Return a request as it is now."""
    return stage.requests.get(request.id).request


def arrived(stage: Stage) -> set[str]:
    """Return the versions that the target has."""
    return {each.version for each in stage.registries.versions(model().moved(PROD))}


def manifest(stage: Stage, migration: Request) -> Manifest:
    """Return the manifest that people decide on."""
    return msgspec.json.decode(stage.evidence.get(now(stage, migration).manifest), type=Manifest)
