"""What else looks at a target's version finds the one that was settled: dry run, lineage, bypass, trail."""

import datetime as dt

import msgspec
import pytest

from promotion.domain.export import Scope
from promotion.domain.replay import Replay
from promotion.domain.request import State
from promotion.ports import Query
from promotion.usecases.explain import Effect, Prospect, explain
from promotion.usecases.export_audit import Export
from promotion.usecases.lineage import lineage
from promotion.usecases.reconcile import reconcile
from promotion.usecases.settle_target import NAME
from promotion.usecases.verify_audit import Verification
from promotion.wire.public_keys import PublicKey
from tests.building import model
from tests.settling import COUNTED, TAGGED, ask, bring, put, reject, there, world_of


def test_explaining_tells_the_version_and_reserves_nothing() -> None:
    stage = world_of(**COUNTED)
    put(stage, there("3"))
    asset = stage.register(model(version="8"))

    seen = explain(stage.world, asset)

    assert seen.forecast.target == there("4")
    assert (seen.verdict, seen.target.effect) == (Prospect.PENDING, Effect.CREATE)
    assert seen.target.replaces == "3"
    assert seen.checks[0].name == NAME
    assert stage.reservations.under(there("")) == ()


def test_explaining_a_request_tells_what_it_was_given() -> None:
    stage = world_of(**COUNTED)
    request = ask(stage, "8")
    ask(stage, "9")

    assert explain(stage.world, request.asset).forecast.target == there("1")
    bring(stage, request)
    seen = explain(stage.world, request.asset)
    assert (seen.forecast.target, seen.target.effect) == (there("1"), Effect.NOTHING)


def test_explaining_without_a_tag_tells_that_the_version_is_not_known() -> None:
    stage = world_of(**TAGGED)
    asset = stage.register(model(version="8"))

    seen = explain(stage.world, asset)

    assert (seen.verdict, seen.target.effect) == (Prospect.REFUSED, Effect.UNSETTLED)
    assert seen.forecast.target.version == ""


def test_a_counted_version_is_no_bypass_whatever_it_says_of_itself() -> None:
    stage = world_of(**COUNTED)
    stage.clock.move(dt.timedelta(days=1))
    reconcile(stage.world)
    stage.clock.move(dt.timedelta(minutes=15))
    request = ask(stage, "40")
    bring(stage, request)
    made = stage.registries.describe(request.target)
    bare = msgspec.structs.replace(made, properties={}, created_at=stage.clock.now())
    stage.registries.put(bare, stage.registries.content(request.target))
    put(stage, there("2"))

    found = reconcile(stage.world)

    assert (found.bypassed, found.problems) == (1, ())
    (told,) = stage.requests.page(Query(state=State.BYPASSED)).items
    assert told.target == there("2")


@pytest.mark.parametrize("deleted", [False, True])
def test_lineage_leads_both_ways_between_other_names_and_versions(*, deleted: bool) -> None:
    stage = world_of(name="live-{model}", version="next")
    request = ask(stage, "40")
    bring(stage, request)
    if deleted:
        stage.registries.delete(request.target)

    for root in (request.asset, request.target):
        (edge,) = lineage(stage.world, root).edges
        assert (edge.source, edge.target) == (request.asset.id, there("1", "live-taxi-fare").id)
        assert edge.request is not None
        assert edge.request.id == request.id


def test_an_export_by_name_finds_it_on_either_side() -> None:
    stage = world_of(name="live-{model}", version="next")
    request = bring(stage, ask(stage, "40"))
    ask(stage, "41")

    for scope in (
        Scope(name="taxi-fare", version="40"),
        Scope(name="live-taxi-fare", version="1"),
    ):
        content = b"".join(Export(stage.world, scope).write())
        assert content.count(b'"request.opened"') == 1
        assert request.id.encode() in content


def test_the_trail_of_a_counted_version_verifies() -> None:
    stage = world_of(**COUNTED)
    bring(stage, ask(stage, "8"))
    reject(stage, ask(stage, "9"))

    lines = Export(stage.world, Scope()).write()

    key = PublicKey(stage.signer.public_key.encode())
    assert [wrong.what for wrong in Verification(verifier=key).run(lines)] == []


def test_a_trail_that_ends_at_another_target_than_was_approved_is_told() -> None:
    stage = world_of(**COUNTED)
    request = bring(stage, ask(stage, "8"))
    replay = Replay()

    told = [
        wrong
        for fact in stage.requests.facts(request.id)
        for wrong in replay.follow(
            msgspec.structs.replace(fact, target=there("9").id)
            if fact.type == "model.promoted"
            else fact
        )
    ]

    assert told == [
        (
            f"Fact {request.id}-{request.revision} speaks of {there('9').id}, "
            f"approved was {there('1').id}."
        )
    ]
