"""The straight way of a request through the use cases, in memory, and what leaves it."""

import datetime as dt
import json

import msgspec
import pytest

from promotion.domain.actors import EVENT_GRID, acting
from promotion.domain.announcement import MODEL_REGISTERED, Announcement
from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetRef
from promotion.domain.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    StaleError,
)
from promotion.domain.lifecycle import STALL, Opening
from promotion.domain.request import Request, State
from promotion.ports import LOOK_AFTER, Query, Queue
from promotion.usecases.decide import decide
from promotion.usecases.deliver import deliver
from promotion.usecases.open_request import announce, ask
from promotion.usecases.promote import promote
from promotion.usecases.receive_event import receive_event
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from tests.building import (
    FILES,
    PROD,
    WORKSPACE,
    Stage,
    ballot,
    description,
    model,
    person,
)

APPROVER = person("approver")
SOURCE = (
    f"/subscriptions/{WORKSPACE.subscription}/resourceGroups/{WORKSPACE.resource_group}"
    f"/providers/Microsoft.MachineLearningServices/workspaces/{WORKSPACE.name}"
)
REGISTERED = Announcement(
    id="1",
    type=MODEL_REGISTERED,
    source=SOURCE,
    subject="models/taxi-fare:1",
    data={"ModelName": "taxi-fare", "ModelVersion": 1},
)


def received(stage: Stage) -> Request:
    (opened,) = receive_event(stage.world, REGISTERED)
    return opened.request


def asked(stage: Stage, asset: AssetRef | None = None) -> Request:
    """Return a pending request for a model that is there."""
    stage.register(asset)
    return validate(stage.world, received(stage).id)


def approved(stage: Stage) -> Request:
    request = asked(stage)
    return decide(stage.world, request.id, ballot(request, APPROVER))


def test_a_registered_model_reaches_production_as_it_was_approved() -> None:
    stage = Stage()

    request = promote(stage.world, approved(stage).id)

    assert request.state is State.PROMOTED
    target = model().moved(PROD)
    assert stage.registries.read_manifest(target).digest == request.digest
    assert stage.registries.describe(target).properties["promotion.source"] == model().id
    facts = stage.requests.facts(request.id)
    assert [fact.type for fact in facts] == [
        "request.opened",
        "validation.started",
        "approval.requested",
        "request.approved",
        "copy.started",
        "model.promoted",
    ]


def test_one_event_three_times_is_one_request() -> None:
    stage = Stage()

    opened = [receive_event(stage.world, REGISTERED)[0] for _ in range(3)]

    assert len({each.request.id for each in opened}) == 1
    assert [each.created for each in opened] == [True, False, False]


def test_an_event_that_names_no_model_is_kept_and_not_asked_for_again() -> None:
    stage = Stage()
    wrong = msgspec.structs.replace(REGISTERED, data={"ModelName": "m", "ModelVersion": "1/2"})

    assert receive_event(stage.world, wrong) == ()

    ((content, reason),) = stage.dead_letters.kept.values()
    assert json.loads(content)["data"]["ModelVersion"] == "1/2"
    assert "slash" in reason


def test_an_event_that_no_route_takes_is_kept_too() -> None:
    stage = Stage()
    other = msgspec.structs.replace(REGISTERED, source=SOURCE.replace("dev-", "other-"))

    assert receive_event(stage.world, other) == ()

    assert [place.split("/")[0] for place in stage.dead_letters.kept] == ["unrouted"]


def test_an_announced_model_is_waited_for() -> None:
    stage = Stage()
    request = validate(stage.world, received(stage).id)
    assert request.state is State.RECEIVED
    assert request.problem is not None
    assert "az ml model share" in request.problem.remedy

    stage.register()
    stage.clock.move(dt.timedelta(seconds=10))

    assert validate(stage.world, request.id).state is State.PENDING


def test_a_hint_before_the_wait_is_over_changes_nothing() -> None:
    stage = Stage()
    request = validate(stage.world, received(stage).id)
    stage.register()

    assert validate(stage.world, request.id) == request


def test_waiting_ends_with_a_refusal_that_says_so() -> None:
    stage = Stage()
    request = validate(stage.world, received(stage).id)

    stage.clock.move(dt.timedelta(days=2))

    refused = validate(stage.world, request.id)
    assert refused.state is State.REFUSED
    assert refused.problem is not None
    assert "did not appear" in refused.problem.message


def test_a_weak_model_is_refused_with_every_reason() -> None:
    stage = Stage()
    stage.register(model(), owner="", r2="0.3")

    refused = validate(stage.world, received(stage).id)

    assert refused.state is State.REFUSED
    assert [check.outcome.value for check in refused.checks] == ["failed", "failed", "passed"]


def test_nobody_decides_on_their_own_model() -> None:
    stage = Stage()
    stage.register(model(), owner="approver")
    request = validate(stage.world, received(stage).id)

    with pytest.raises(ForbiddenError):
        decide(stage.world, request.id, ballot(request, APPROVER))


def test_who_asks_for_a_promotion_does_not_decide_on_it() -> None:
    stage = Stage()
    stage.register()
    opening = Opening(actor=acting(APPROVER), requester=APPROVER)
    opened = ask(stage.world, model(), "", opening)
    request = validate(stage.world, opened.request.id)

    with pytest.raises(ForbiddenError):
        decide(stage.world, request.id, ballot(request, APPROVER))


def test_the_same_verdict_again_is_answered_with_what_there_is() -> None:
    stage = Stage()
    request = asked(stage)
    verdict = ballot(request, APPROVER)
    first = decide(stage.world, request.id, verdict)

    again = decide(stage.world, request.id, verdict)

    assert again == first
    assert len(stage.requests.facts(request.id)) == 4


def test_a_source_that_changed_after_the_approval_voids_it() -> None:
    stage = Stage()
    request = approved(stage)
    stage.registries.put(description(model()), {**FILES, "model.pkl": b"other"})

    after = promote(stage.world, request.id)

    assert after.state is State.SUPERSEDED
    with pytest.raises(NotFoundError):
        stage.registries.describe(model().moved(PROD))
    (following,) = stage.requests.page(Query(state=State.RECEIVED)).items
    assert following.attempt == 2


def test_the_same_content_at_the_target_is_success() -> None:
    stage = Stage()
    request = approved(stage)
    stage.registries.put(description(model().moved(PROD)), FILES)

    after = promote(stage.world, request.id)

    assert after.state is State.PROMOTED
    assert stage.registries.copies == {}


def test_other_content_at_the_target_is_a_conflict_that_a_person_sees() -> None:
    stage = Stage()
    request = approved(stage)
    stage.registries.put(description(model().moved(PROD)), {"other": b"content"})

    after = promote(stage.world, request.id)

    assert after.state is State.FAILED
    assert after.problem is not None
    assert "other content" in after.problem.message


def test_a_copy_that_needs_several_calls_copies_no_file_twice() -> None:
    stage = Stage()
    stage.registries.files_per_call = 1
    request = approved(stage)
    stage.hints.take()

    first = promote(stage.world, request.id)
    assert first.state is State.PROMOTING
    assert stage.requests.progress(request.id).files_done == 1
    assert [hint.queue for hint in stage.hints.take()] == [Queue.PROMOTIONS]

    assert promote(stage.world, request.id).state is State.PROMOTED
    assert set(stage.registries.copies.values()) == {1}


def test_a_vanished_source_fails_with_a_remedy() -> None:
    stage = Stage()
    request = approved(stage)
    stage.registries.delete(model())

    after = promote(stage.world, request.id)

    assert after.state is State.FAILED
    assert after.problem is not None
    assert "Restore it" in after.problem.remedy


def test_a_manifest_that_was_tampered_with_copies_nothing() -> None:
    stage = Stage()
    request = approved(stage)
    stage.evidence.kept[request.manifest] = b'{"files":[]}'

    after = promote(stage.world, request.id)

    assert after.state is State.FAILED
    assert stage.registries.copies == {}


def test_a_request_whose_hint_was_lost_is_taken_up_by_the_sweep() -> None:
    stage = Stage()
    request = received(stage)
    stage.hints.take()

    stage.clock.move(STALL)
    sweep(stage.world)

    hints = {(hint.queue, hint.request_id) for hint in stage.hints.take()}
    assert (Queue.VALIDATIONS, request.id) in hints


def test_an_approved_request_whose_hint_was_lost_is_taken_up_by_the_sweep() -> None:
    stage = Stage()
    request = approved(stage)
    stage.hints.take()

    stage.clock.move(STALL)
    sweep(stage.world)

    hints = {(hint.queue, hint.request_id) for hint in stage.hints.take()}
    assert (Queue.PROMOTIONS, request.id) in hints


def test_a_request_that_nobody_decides_on_expires() -> None:
    stage = Stage()
    request = asked(stage)

    stage.clock.move(dt.timedelta(days=8))
    sweep(stage.world)

    assert stage.requests.get(request.id).request.state is State.EXPIRED


def test_a_verdict_after_the_end_is_refused() -> None:
    stage = Stage()
    request = asked(stage)
    stage.clock.move(dt.timedelta(days=8))
    sweep(stage.world)

    with pytest.raises(StaleError):
        decide(stage.world, request.id, ballot(request, APPROVER))


def test_once_all_is_done_the_sweep_has_nothing_left_to_look_at() -> None:
    stage = Stage()
    request = promote(stage.world, approved(stage).id)
    deliver(stage.world, request.id)

    stage.clock.move(LOOK_AFTER)
    first = sweep(stage.world)
    stage.clock.move(dt.timedelta(days=30))

    assert first.visited > 0
    assert sweep(stage.world).visited == 0


def test_after_a_no_the_same_asset_may_ask_again() -> None:
    stage = Stage()
    request = asked(stage)
    no = ballot(request, APPROVER, Verdict.REJECT, comment="Not yet.")
    decide(stage.world, request.id, no)

    again = ask(stage.world, model(), "", Opening(actor=acting(person("requester"))))

    assert again.created
    assert again.request.attempt == 2


def test_asking_for_what_was_superseded_finds_its_successor() -> None:
    stage = Stage()
    request = approved(stage)
    stage.registries.put(description(model()), {**FILES, "model.pkl": b"other"})
    promote(stage.world, request.id)

    again = ask(stage.world, model(), "", Opening(actor=acting(person("requester"))))

    assert not again.created
    assert again.request.attempt == 2


def test_an_asset_that_no_route_takes_is_named_with_the_routes_there_are() -> None:
    stage = Stage()
    elsewhere = model().moved(PROD)

    with pytest.raises(ConflictError, match="dev-to-prod"):
        ask(stage.world, elsewhere, "", Opening(actor=EVENT_GRID))


def test_a_registry_asset_sets_off_its_route_directly() -> None:
    stage = Stage()

    (opened,) = announce(stage.world, model(), Opening(actor=EVENT_GRID))

    assert opened.request.asset == model()
