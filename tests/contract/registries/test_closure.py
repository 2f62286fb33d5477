"""A model with all it needs, five levels deep, from one real registry to another, under one approval.

Everything is made by azure-ai-ml, brought by the use cases over the real adapter, and read back by azure-ai-ml.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from promotion.adapters.memory import FixedPolicy
from promotion.domain.actors import EVENT_GRID
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, parse_asset_id
from promotion.domain.lifecycle import Opening
from promotion.domain.policy import Dependencies, Policy, RequiredTags, VersionRule
from promotion.domain.request import Request, State
from promotion.ports import Ports, World
from promotion.usecases.decide import decide
from promotion.usecases.open_request import announce
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from sandbox.azureml.client import ml_client
from sandbox.people import PEOPLE
from tests.building import ROUTE, Stage, ballot, person, route
from tests.contract.registries.component_makers import (
    command_component,
    fresh,
    pipeline_component,
)
from tests.contract.registries.worlds import DEV, FILES, PROD, LocalWorld

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

pytestmark = pytest.mark.azurite

RULES = Dependencies(
    travel=(AssetKind.COMPONENTS, AssetKind.ENVIRONMENTS, AssetKind.DATA),
    named_by=("trained_by", "trained_on"),
    checks=(VersionRule(),),
)


class Closure(msgspec.Struct, frozen=True):
    """What the test's model needs; what is needed stands before what needs it."""

    model: AssetRef
    needed: tuple[AssetRef, ...]


@pytest.fixture
def author(local: LocalWorld) -> "MLClient":
    """azure-ai-ml as the author has it, in the development registry."""
    return ml_client(local.config, PEOPLE["author"], registry=DEV.name)


@pytest.fixture
def closure(local: LocalWorld, author: "MLClient", tmp_path: Path) -> Closure:
    """A model that names a pipeline of a pipeline of a step in an environment, and data."""
    data = fresh(AssetKind.DATA)
    local.register(AssetDescription(ref=data, type="uri_folder"), {"a.csv": b"1", "b/c.csv": b"2"})
    step = command_component(author, tmp_path)
    environment = step.moved(DEV, name=f"{step.name}_env")
    environment = msgspec.structs.replace(environment, kind=AssetKind.ENVIRONMENTS)
    inner = pipeline_component(author, step)
    outer = pipeline_component(author, inner)
    model = fresh(AssetKind.MODELS)
    tags = {
        "trained_by": outer.id,
        "trained_on": f"data/{data.name}/versions/1",
        "owner": "team",
        "r2": "0.9",
    }
    local.register(AssetDescription(ref=model, type="custom_model", tags=tags), FILES)
    return Closure(model=model, needed=(environment, step, inner, outer, data))


def world(local: LocalWorld, rules: Dependencies = RULES) -> World:
    """Return the app's world in memory but for the registries, which are real."""
    changed: Any = msgspec.structs.replace(
        route(), dependencies=rules, checks=(RequiredTags(tags=("owner",)),)
    )
    stage = Stage(policy=FixedPolicy(Policy(version=1, routes={ROUTE: changed})))
    ports = stage.world
    assert isinstance(ports, Ports)
    return msgspec.structs.replace(ports, registries=local.registries)


def validated(app: World, model: AssetRef) -> Request:
    """Open and validate a request."""
    (opened,) = announce(app, model, Opening(actor=EVENT_GRID))
    return validate(app, opened.request.id)


def promoted(app: World, model: AssetRef) -> Request:
    """Bring a request to its end."""
    request = validated(app, model)
    assert request.state is State.PENDING, (request.problem, request.checks)
    request = decide(app, request.id, ballot(request, person("someone")))
    for _ in range(50):
        request = promote(app, request.id)
        if request.state.terminal:
            break
    return request


def test_five_levels_arrive_exactly(local: LocalWorld, closure: Closure) -> None:
    request = promoted(world(local), closure.model)

    assert request.state is State.PROMOTED, request.problem
    assert [each.asset for each in request.dependencies] == list(closure.needed)
    for each in (closure.model, *closure.needed):
        arrived = local.registries.read_manifest(each.moved(PROD))
        assert arrived.digest == local.registries.read_manifest(each).digest
        assert DEV.name not in str(
            local.document(each.moved(PROD))["properties"].get("componentSpec")
        )
    assert local.content(closure.model.moved(PROD)) == FILES


def test_what_arrived_is_whole_to_who_sees_the_target_alone(
    local: LocalWorld, closure: Closure
) -> None:
    promoted(world(local), closure.model)
    reader = ml_client(local.config, PEOPLE["reader"], registry=PROD.name)
    named = [reader.models.get(closure.model.name, version="1").tags["trained_by"]]

    found = component_of(reader, named[0])
    while found.type == "pipeline":
        (step,) = found.jobs.values()
        named.append(step.component)
        found = component_of(reader, step.component)

    assert named == [each.moved(PROD).id for each in reversed(closure.needed[1:4])]
    environment = reader.environments.get(closure.needed[0].name, version="1")
    assert found.environment == environment.id


def component_of(reader: "MLClient", identifier: str) -> Any:  # noqa: ANN401 -- azure-ai-ml ships no types
    """Return what the SDK says of a component of the production registry."""
    asset = parse_asset_id(identifier)
    assert asset.home == PROD
    return reader.components.get(asset.name, version=asset.version)


def test_asking_twice_creates_nothing_twice(local: LocalWorld, closure: Closure) -> None:
    promoted(world(local), closure.model)
    before = [local.document(each.moved(PROD)) for each in (*closure.needed, closure.model)]

    again = promoted(world(local), closure.model)

    assert again.state is State.PROMOTED
    after = [local.document(each.moved(PROD)) for each in (*closure.needed, closure.model)]
    assert [each["systemData"] for each in after] == [each["systemData"] for each in before]


def test_a_component_travels_as_the_asset_that_was_asked_for(
    local: LocalWorld, closure: Closure
) -> None:
    app = world(local)
    policy = app.policy.current()
    changed = msgspec.structs.replace(
        policy.routes[ROUTE], kinds=(AssetKind.COMPONENTS,), checks=(VersionRule(),)
    )
    assert isinstance(app, Ports)
    app = msgspec.structs.replace(
        app, policy=FixedPolicy(msgspec.structs.replace(policy, routes={ROUTE: changed}))
    )

    request = promoted(app, closure.needed[2])

    assert request.state is State.PROMOTED, request.problem
    assert [each.asset for each in request.dependencies] == list(closure.needed[:2])


def test_what_is_missing_deep_down_is_refused_with_its_path(
    local: LocalWorld, closure: Closure
) -> None:
    environment, step, inner, outer, _ = closure.needed
    local.delete(environment)

    request = validated(world(local), closure.model)

    assert request.state is State.REFUSED
    assert request.problem is not None
    way = [closure.model, outer, inner, step, environment]
    told = " -> ".join(f"{each.kind.singular} {each.label}" for each in way)
    assert request.problem.message.startswith(f"{told}: it is not there")
