"""Worlds whose policy settles names or versions at the target, and requests in them. Builds, never asserts."""

import msgspec

from promotion.adapters.memory import FixedPolicy
from promotion.domain.actors import EVENT_GRID
from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetRef
from promotion.domain.lifecycle import Opening
from promotion.domain.policy import CheckSpec, Policy, Target, VersionRule
from promotion.domain.request import Request
from promotion.domain.results import CheckResult
from promotion.usecases import open_request
from promotion.usecases.decide import decide
from promotion.usecases.promote import promote
from promotion.usecases.settle_target import NAME
from promotion.usecases.validate import validate
from tests.building import FILES, PROD, ROUTE, Stage, ballot, description, model, person, route

APPROVER = person("approver")
COUNTED = {"version": "next"}
TAGGED = {"version": "semver"}


def leading(*checks: CheckSpec, **target: str) -> Policy:
    """Return a policy whose one route leads there, with those checks or the usual ones."""
    changed = msgspec.structs.replace(
        route(),
        target=msgspec.convert({"registry": PROD.name, **target}, Target),
        checks=checks or (VersionRule(scheme="semver" if target == TAGGED else "integer"),),
    )
    return Policy(version=1, routes={ROUTE: changed})


def world_of(**target: str) -> Stage:
    return Stage(policy=FixedPolicy(leading(**target)))


def there(version: str, name: str = "taxi-fare") -> AssetRef:
    return model(name, version).moved(PROD)


def put(
    stage: Stage, asset: AssetRef, content: bytes = b"other", *, archived: bool = False
) -> None:
    """Create a version at the target, past the app."""
    found = msgspec.structs.replace(description(asset), archived=archived)
    stage.registries.put(found, {"model.pkl": content})


def ask(stage: Stage, version: str = "1", name: str = "taxi-fare", **tags: str) -> Request:
    """Register a version in the source, with files of its own, and bring its request to a verdict."""
    asset = model(name, version)
    stage.registries.put(description(asset, **tags), {**FILES, "version": version.encode()})
    return again(stage, asset)


def again(stage: Stage, asset: AssetRef) -> Request:
    """Ask for an asset to travel; return what validation made of it."""
    opened = open_request.ask(stage.world, asset, ROUTE, Opening(actor=EVENT_GRID))
    return validate(stage.world, opened.request.id)


def approve(stage: Stage, request: Request) -> Request:
    return decide(stage.world, request.id, ballot(request, APPROVER))


def reject(stage: Stage, request: Request) -> Request:
    return decide(stage.world, request.id, ballot(request, APPROVER, Verdict.REJECT, comment="No."))


def bring(stage: Stage, request: Request) -> Request:
    return promote(stage.world, approve(stage, request).id)


def settled(request: Request) -> CheckResult:
    """Return how the version was settled."""
    return next(each for each in request.checks if each.name == NAME)
