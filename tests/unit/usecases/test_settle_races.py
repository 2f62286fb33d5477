"""Versions of a target while others take them, and after a death in the middle."""

from typing import cast

import msgspec
import pytest

from promotion.domain.actors import EVENT_GRID
from promotion.domain.assets import AssetRef
from promotion.domain.errors import RetryableError
from promotion.domain.lifecycle import Opening
from promotion.domain.request import State
from promotion.ports import Ports, Reservation
from promotion.usecases import open_request
from promotion.usecases.settle_target import Traveller, settle
from promotion.usecases.validate import validate
from tests.building import ROUTE, Stage, model
from tests.settling import COUNTED, TAGGED, ask, bring, leading, put, settled, there, world_of


class Others:
    """Reservations that somebody else is always a moment faster to make."""

    def __init__(self, stage: Stage, times: int) -> None:
        self._port, self._left = stage.reservations, times

    def under(self, target: AssetRef) -> tuple[Reservation, ...]:
        """Return what is reserved, and let somebody reserve the next."""
        found = self._port.under(target)
        if self._left:
            self._left -= 1
            taken = target.moved(target.home, version=str(1 + len(found)))
            self._port.reserve(taken, "a" * 26)
        return found

    def reserve(self, target: AssetRef, request_id: str, **kwargs: object) -> None:
        """Hand on."""
        self._port.reserve(target, request_id, **kwargs)  # type: ignore[arg-type] # as they came


def test_whoever_loses_a_version_to_another_takes_the_next() -> None:
    stage = world_of(**COUNTED)
    stage.register()
    world = msgspec.structs.replace(cast("Ports", stage.world), reservations=Others(stage, 2))
    request = open_request.ask(world, model(), ROUTE, Opening(actor=EVENT_GRID)).request

    assert validate(world, request.id).target == there("3")


def test_whoever_loses_every_time_tries_again_later() -> None:
    stage = world_of(**COUNTED)
    stage.register()
    world = msgspec.structs.replace(cast("Ports", stage.world), reservations=Others(stage, 99))
    request = open_request.ask(world, model(), ROUTE, Opening(actor=EVENT_GRID)).request

    with pytest.raises(RetryableError, match="just now"):
        validate(world, request.id)
    assert stage.requests.get(request.id).request.state is State.VALIDATING
    assert "just now" in stage.requests.progress(request.id).trouble


def test_a_reservation_for_a_request_that_nobody_knows_is_kept() -> None:
    stage = world_of(**COUNTED)
    stage.reservations.reserve(there("1"), "a" * 26)

    assert ask(stage, "8").target == there("2")


def test_a_request_keeps_what_its_own_reservation_says_although_it_died_before_storing_it() -> None:
    stage = world_of(**COUNTED)
    stage.register()
    request = open_request.ask(stage.world, model(), ROUTE, Opening(actor=EVENT_GRID)).request
    traveller = Traveller(
        asset=stage.registries.describe(model()),
        manifest=stage.registries.read_manifest(model()),
        request_id=request.id,
    )
    settle(stage.world, leading(**COUNTED).route(ROUTE), traveller)

    assert validate(stage.world, request.id).target == there("1")


def test_nothing_is_reserved_where_names_and_versions_stay() -> None:
    stage = world_of()
    request = ask(stage, "8")

    assert [each.name for each in request.checks] == ["version_rule"]
    assert stage.reservations.under(request.target) == ()


def test_evidence_that_is_waited_for_does_not_lose_the_version() -> None:
    stage = world_of(**COUNTED)
    request = ask(stage, "8")
    other = ask(stage, "9")

    # Looked at once more, as a wait for evidence or a crash has it.
    traveller = Traveller(
        asset=stage.registries.describe(request.asset),
        manifest=stage.registries.read_manifest(request.asset),
        request_id=request.id,
    )
    assert settle(stage.world, leading(**COUNTED).route(ROUTE), traveller).target == there("1")
    put(stage, other.target)
    assert settle(stage.world, leading(**COUNTED).route(ROUTE), traveller).target == there("3")


def test_a_tag_stays_with_a_failed_request_that_may_be_tried_again() -> None:
    stage = world_of(**TAGGED)
    request = ask(stage, "8", semver="1.4.0")
    put(stage, there("1.4.0"))
    assert bring(stage, request).state is State.FAILED
    stage.registries.delete(there("1.4.0"))

    assert "(taxi-fare:8, failed)" in settled(ask(stage, "9", semver="1.4.0")).summary
