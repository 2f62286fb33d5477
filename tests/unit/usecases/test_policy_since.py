"""A policy that changes while a request is under way: nothing travels a way that no policy has."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from promotion.adapters.memory import FixedPolicy
from promotion.domain.actors import PROMOTION
from promotion.domain.assets import AssetKind
from promotion.domain.errors import StaleError
from promotion.domain.lifecycle import Opening, supersede
from promotion.domain.policy import Place, Policy
from promotion.domain.request import Request, State
from promotion.ports import Query
from promotion.usecases.deliver import deliver
from promotion.usecases.open_request import ask
from promotion.usecases.promote import promote
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from tests.building import ROUTE, Stage, description, model, policy
from tests.unit.usecases.test_straight_way import approved

CHANGES: dict[str, dict[str, Any]] = {
    "its source": {"source": Place(registry="staging-mlops-registry")},
    "its kinds": {"kinds": (AssetKind.DATA,)},
}


def changed(**changes: Any) -> Policy:  # noqa: ANN401 -- fields of Route
    """Return the policy with its route changed."""
    before = policy()
    route = msgspec.structs.replace(before.routes[ROUTE], **changes)
    return msgspec.structs.replace(before, routes={ROUTE: route})


def renamed() -> Policy:
    """Return the policy without the route of that name."""
    before = policy()
    return msgspec.structs.replace(before, routes={"other": before.routes[ROUTE]})


def asked(stage: Stage) -> Request:
    return ask(stage.world, stage.register(), ROUTE, Opening(actor=PROMOTION)).request


@pytest.mark.parametrize("changes", CHANGES.values(), ids=list(CHANGES))
def test_nobody_is_asked_about_what_the_route_does_not_take_any_more(
    changes: dict[str, Any],
) -> None:
    stage = Stage()
    request = asked(stage)
    stage.policy = FixedPolicy(changed(**changes))

    after = validate(stage.world, request.id)

    assert after.state is State.REFUSED
    assert after.problem is not None
    assert "does not take" in after.problem.message


def test_a_route_that_is_gone_refuses_what_was_asked_for_before() -> None:
    stage = Stage()
    request = asked(stage)
    stage.policy = FixedPolicy(renamed())

    assert validate(stage.world, request.id).state is State.REFUSED


def test_what_is_superseded_after_its_route_has_gone_ends_there() -> None:
    stage = Stage()
    request = approved(stage)
    stage.registries.put(description(model()), {"MLmodel": b"other"})
    stage.policy = FixedPolicy(renamed())

    after = promote(stage.world, request.id)

    assert after.state is State.SUPERSEDED
    assert len(stage.requests.page(Query()).items) == 1


def test_the_sweep_comes_to_rest_with_a_request_whose_route_has_gone() -> None:
    stage = Stage()
    stored = stage.requests.get(validate(stage.world, asked(stage).id).id)
    error = StaleError("The source changed.")
    step = supersede(stored.request, error, actor=PROMOTION, now=stage.clock.now())
    # The worker dies here, before it opens the next attempt.
    stage.requests.save(stored, step)
    stage.policy = FixedPolicy(renamed())

    deliver(stage.world, stored.request.id)
    stage.clock.move(dt.timedelta(minutes=10))
    first = sweep(stage.world)
    stage.clock.move(dt.timedelta(minutes=10))

    assert first.problems == ()
    assert sweep(stage.world).visited == 0
