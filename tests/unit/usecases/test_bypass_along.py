"""What travelled along with an approved asset came past nobody; what only says so did."""

import datetime as dt

import msgspec

from promotion.domain.assets import AssetRef
from promotion.domain.request import State
from promotion.ports import Query
from promotion.usecases.bypass import Verdict, judge
from promotion.usecases.promote import promote
from promotion.usecases.reconcile import reconcile
from tests.building import FILES, PROD, Stage, description, model
from tests.unit.usecases.needing import (
    CHAIN,
    DATA,
    ENVIRONMENT,
    PIPELINE,
    STEP,
    approved,
    furnished,
    promoted,
    put,
    validated,
)


def looked(stage: Stage, asset: AssetRef) -> Verdict:
    """Return what reconcile makes of a version of the target."""
    return judge(stage.world, stage.policy.current(), stage.registries.describe(asset.moved(PROD)))


def test_what_travelled_along_came_past_nobody() -> None:
    stage = furnished()
    promoted(stage)

    assert {looked(stage, asset) for asset in (*CHAIN, model())} == {Verdict.APPROVED}


def test_what_had_arrived_when_the_approval_became_void_came_past_nobody() -> None:
    stage = furnished()
    request = approved(stage)
    stage.registries.put(stage.registries.describe(PIPELINE), {"pipeline.txt": b"changed"})
    promote(stage.world, request.id)

    assert looked(stage, STEP) is Verdict.APPROVED


def test_what_travels_along_just_now_is_looked_at_later() -> None:
    stage = furnished()
    request = approved(stage)
    stage.registries.put(description(model(), needs=PIPELINE.id), {**FILES, "more": b"1"})
    stage.registries.files_per_call = 0
    promote(stage.world, request.id)
    stage.registries.files_per_call = 1
    put(stage, DATA.moved(PROD))
    found = stage.registries.describe(DATA.moved(PROD))
    claiming = {"promotion.request": request.id}
    stage.registries.put(msgspec.structs.replace(found, properties=claiming), {"data.txt": b"data"})

    assert looked(stage, DATA) is Verdict.UNDER_WAY


def test_claiming_to_have_travelled_along_with_what_nobody_approved_is_a_bypass() -> None:
    stage = furnished()
    request = validated(stage)
    said = stage.registries.describe(STEP)
    claiming = {"promotion.request": request.id}
    stage.registries.put(
        msgspec.structs.replace(said, ref=STEP.moved(PROD), properties=claiming),
        {"step.txt": b"step"},
    )

    assert looked(stage, STEP) is Verdict.REPORTED


def test_claiming_a_request_that_does_not_name_it_is_a_bypass() -> None:
    stage = furnished()
    request = promoted(stage)
    other = DATA.moved(PROD, name="other")
    put(stage, other)
    found = stage.registries.describe(other)
    claiming = {"promotion.request": request.id}
    stage.registries.put(msgspec.structs.replace(found, properties=claiming), {"a": b"a"})

    assert looked(stage, other) is Verdict.REPORTED


def test_targets_are_looked_through_for_the_kinds_that_travel_along() -> None:
    stage = furnished()
    promoted(stage)
    reconcile(stage.world)
    stage.clock.move(dt.timedelta(hours=2))
    smuggled = ENVIRONMENT.moved(PROD, name="smuggled")
    put(stage, smuggled)

    found = reconcile(stage.world)

    assert found.bypassed == 1
    bypasses = stage.requests.page(Query(state=State.BYPASSED), limit=10).items
    assert [each.asset for each in bypasses] == [smuggled]
