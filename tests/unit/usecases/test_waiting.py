"""Waiting for an asset that cannot be read yet, and the ends of it."""

import datetime as dt

import pytest

from promotion.domain.actors import EVENT_GRID
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import ForbiddenError, InvalidError, RefusedError
from promotion.domain.lifecycle import Opening
from promotion.domain.request import Request, State
from promotion.usecases.open_request import announce
from promotion.usecases.validate import validate
from tests.building import Stage, model


def received(stage: Stage) -> Request:
    (opened,) = announce(stage.world, model(), Opening(actor=EVENT_GRID))
    return opened.request


def refusing(error: RefusedError) -> Stage:
    """Return a world whose registry answers with that error."""
    stage = Stage()

    def describe(asset: AssetRef) -> AssetDescription:
        del asset
        raise error

    stage.registries.describe = describe  # type: ignore[method-assign] # the port, refusing
    return stage


def test_a_registry_that_may_not_be_read_yet_is_waited_for() -> None:
    stage = refusing(ForbiddenError("No role.", "Assign AzureML Registry User."))

    waiting = validate(stage.world, received(stage).id)

    assert waiting.state is State.RECEIVED
    assert waiting.problem is not None
    assert waiting.problem.remedy == "Assign AzureML Registry User."


def test_a_role_that_is_never_given_ends_in_a_refusal_with_the_reason() -> None:
    stage = refusing(ForbiddenError("No role.", "Assign AzureML Registry User."))
    request = received(stage)

    stage.clock.move(dt.timedelta(days=2))
    refused = validate(stage.world, request.id)

    assert refused.state is State.REFUSED
    assert refused.problem is not None
    assert refused.problem.message == "No role."


def test_an_asset_that_cannot_be_judged_at_all_is_refused_at_once() -> None:
    stage = refusing(InvalidError("It has no files."))

    assert validate(stage.world, received(stage).id).state is State.REFUSED


@pytest.mark.parametrize("again", [1, 2])
def test_a_request_that_was_judged_is_left_as_it_is(again: int) -> None:
    stage = Stage()
    stage.register()
    request = validate(stage.world, received(stage).id)

    for _ in range(again):
        assert validate(stage.world, request.id) == request
