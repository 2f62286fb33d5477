"""A world in memory whose model needs others, five levels deep. Builds, never asserts."""

from typing import Any

import msgspec

from promotion.adapters.memory import FixedPolicy
from promotion.domain.actors import EVENT_GRID
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Reference
from promotion.domain.lifecycle import Opening
from promotion.domain.policy import Dependencies, Policy, RequiredTags, Route
from promotion.domain.request import Request
from promotion.usecases.decide import decide
from promotion.usecases.open_request import announce
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from tests.building import DEV, FILES, ROUTE, Stage, ballot, description, model, person, route

#: What travels along where a test does not say otherwise.
RULES = Dependencies(
    travel=(AssetKind.COMPONENTS, AssetKind.ENVIRONMENTS, AssetKind.DATA),
    named_by=("needs",),
    checks=(RequiredTags(tags=("owner",)),),
)


def asset(kind: AssetKind, name: str) -> AssetRef:
    """Return version 1 of an asset of the development registry."""
    return AssetRef(home=DEV, kind=kind, name=name, version="1")


PIPELINE = asset(AssetKind.COMPONENTS, "pipeline")
STEP = asset(AssetKind.COMPONENTS, "step")
ENVIRONMENT = asset(AssetKind.ENVIRONMENTS, "environment")
DATA = asset(AssetKind.DATA, "data")
#: The model needs them all; what is needed stands before what needs it.
CHAIN = (DATA, ENVIRONMENT, STEP, PIPELINE)


def policy(rules: Dependencies = RULES, **changes: Any) -> FixedPolicy:  # noqa: ANN401 -- fields of Route
    """Return a policy of one route with these rules."""
    changed: Route = msgspec.structs.replace(route(), dependencies=rules, **changes)
    return FixedPolicy(Policy(version=1, routes={ROUTE: changed}))


def put(stage: Stage, ref: AssetRef, needs: AssetRef | None = None, **tags: str) -> None:
    """Register an asset that refers to another one."""
    references = (Reference(where="environment", id=needs.id),) if needs else ()
    said = AssetDescription(
        ref=ref,
        references=references,
        tags={"owner": "team", **tags},
        created_by=f"Maker {ref.name}",
    )
    stage.registries.put(said, {f"{ref.name}.txt": ref.name.encode()})


def furnished(rules: Dependencies = RULES) -> Stage:
    """Return a world with a model, and what it needs: a pipeline, its step, an environment, data."""
    stage = Stage(policy=policy(rules))
    put(stage, DATA)
    put(stage, ENVIRONMENT, needs=DATA)
    put(stage, STEP, needs=ENVIRONMENT)
    put(stage, PIPELINE, needs=STEP)
    stage.registries.put(description(model(), needs=PIPELINE.id), FILES)
    return stage


def validated(stage: Stage, wanted: AssetRef | None = None) -> Request:
    """Open a request for the model and validate it."""
    (opened,) = announce(stage.world, wanted or model(), Opening(actor=EVENT_GRID))
    return validate(stage.world, opened.request.id)


def approved(stage: Stage, wanted: AssetRef | None = None) -> Request:
    """Bring the model's request to its approval."""
    request = validated(stage, wanted)
    return decide(stage.world, request.id, ballot(request, person("someone")))


def promoted(stage: Stage, wanted: AssetRef | None = None) -> Request:
    """Bring the model's request as far as calls get."""
    request = approved(stage, wanted)
    for _ in range(50):
        request = promote(stage.world, request.id)
        if request.state.terminal:
            return request
    return request
