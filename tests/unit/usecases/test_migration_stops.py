"""A migration stopped anywhere goes on: nothing is missing, nothing is there twice."""

import datetime as dt
import functools
from collections.abc import Callable

import msgspec
import pytest

from promotion.domain.errors import (
    PromotionError,
    RetryableError,
)
from promotion.domain.request import Request, State
from promotion.ports import Ports, Query, Queue
from promotion.usecases.migrate.asking import ask
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from tests.building import ROUTE, Stage
from tests.crash.faults import Controller, CrashError, Fault, Watched
from tests.migrating import (
    APPROVER,
    OPERATOR,
    arrived,
    asked,
    handle,
    now,
    registered,
    vote,
)


def _played(controller: Controller) -> Stage:
    """Play a migration whose process stops where the controller says, and is started again."""
    stage = Stage()
    assets = registered(stage, 2)

    def started() -> Ports:
        ports = stage.world
        assert isinstance(ports, Ports)
        watched = {
            name: Watched(name, getattr(ports, name), controller)
            for name in ("requests", "hints", "registries", "evidence")
        }
        return msgspec.structs.replace(ports, **watched)

    def survives(call: Callable[[], object]) -> None:
        for _ in range(3):
            try:
                call()
            except (CrashError, RetryableError, PromotionError):
                continue
            return

    survives(lambda: ask(started(), ROUTE, assets, OPERATOR))
    migration = asked(stage, assets)
    voted = False
    for _ in range(60):
        survives(lambda: sweep(started()))
        for hint in stage.hints.take():
            survives(functools.partial(handle, started(), hint))
        if now(stage, migration).state is State.PENDING and not voted:
            vote(stage, migration.id, APPROVER)
            voted = True
        if now(stage, migration).state.terminal:
            break
        stage.clock.move(dt.timedelta(minutes=2))
    return stage


@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.MEANWHILE])
def test_a_stop_at_any_call_leaves_no_version_missing_and_none_twice(fault: Fault) -> None:
    undisturbed = Controller()
    _played(undisturbed)

    for number in range(1, len(undisturbed.calls) + 1):
        stage = _played(Controller(plan={number: fault}))

        assert arrived(stage) == {"1", "2"}, (number, fault)
        assert set(stage.registries.copies.values()) == {1}, (number, fault)
        requests = stage.requests.page(Query()).items
        assert {each.state for each in requests} == {State.PROMOTED}, (number, fault)
        assert len(requests) == 3, (number, fault)


def test_a_migration_that_moves_on_is_left_alone_by_the_sweep_and_one_that_stands_still_is_not() -> (
    None
):
    stage = Stage()
    migration = asked(stage, registered(stage, 2))
    stage.hints.take()
    validate(stage.world, migration.id)
    stage.clock.move(dt.timedelta(minutes=6))
    validate(stage.world, migration.id)
    stage.hints.take()

    sweep(stage.world)
    while_moving = _hinted(stage, migration)
    stage.clock.move(dt.timedelta(minutes=6))
    sweep(stage.world)

    assert while_moving == set()
    assert _hinted(stage, migration) == {Queue.VALIDATIONS}


def _hinted(stage: Stage, request: Request) -> set[Queue]:
    found = {each.queue for each in stage.hints.take() if each.request_id == request.id}
    return found - {Queue.DELIVERIES}
