"""What an asset needs arrives before it does, as exactly, once, and goes on after trouble."""

import datetime as dt

import msgspec

from promotion.adapters.memory import MemoryRegistries
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.dependencies import Dependency, Way
from promotion.domain.manifest import Manifest
from promotion.domain.policy import Dependencies
from promotion.domain.progress import Progress
from promotion.domain.request import Request, State
from promotion.ports import Queue
from promotion.usecases.promote import promote
from promotion.usecases.retry import retry
from promotion.usecases.views import show
from promotion.usecases.wish import Wish
from tests.building import FILES, PROD, Stage, description, model, person
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
)


def there(stage: Stage, asset: AssetRef) -> bool:
    """Whether the target has an asset."""
    return bool(stage.registries.versions(asset.moved(PROD)))


def test_all_of_it_arrives_and_names_what_is_beside_it_there() -> None:
    stage = furnished()

    request = promoted(stage)

    assert request.state is State.PROMOTED
    for each in (*request.dependencies, *_itself(request.digest)):
        assert stage.registries.read_manifest(each.target).digest == each.digest
        properties = stage.registries.describe(each.target).properties
        assert properties["promotion.request"] == request.id
        assert properties["promotion.source"] == each.asset.id
        assert properties["promotion.digest"] == each.digest
    for asset, needs in ((PIPELINE, STEP), (STEP, ENVIRONMENT), (ENVIRONMENT, DATA)):
        found = stage.registries.describe(asset.moved(PROD)).references
        assert [each.id for each in found] == [needs.moved(PROD).id]
    assert stage.registries.describe(model().moved(PROD)).tags["needs"] == PIPELINE.moved(PROD).id


def _itself(digest: str) -> tuple[Dependency, ...]:
    return (Dependency(asset=model(), target=model().moved(PROD), way=Way.TRAVELS, digest=digest),)


def test_the_trail_tells_what_travelled_along() -> None:
    stage = furnished()

    last = stage.requests.facts(promoted(stage).id)[-1]

    assert last.data["along"] == [each.moved(PROD).id for each in CHAIN]


def test_a_request_is_read_back_with_what_it_needs() -> None:
    request = promoted(furnished())

    assert msgspec.json.decode(msgspec.json.encode(request), type=Request) == request


def test_what_is_needed_arrives_before_what_needs_it() -> None:
    stage = furnished()

    promoted(stage)

    arrived = [mark.partition("!")[0] for mark in stage.registries.copies]
    assert list(dict.fromkeys(arrived)) == [each.moved(PROD).id for each in (*CHAIN, model())]


def test_progress_counts_everything_that_travels() -> None:
    stage = furnished()
    request = approved(stage)
    stage.registries.files_per_call = 1

    promote(stage.world, request.id)
    progress = show(stage.world, request.id).progress

    assert (progress.files_done, progress.files) == (5, 6)
    assert progress.bytes == request.size + sum(each.size for each in request.dependencies)
    done = show(stage.world, promote(stage.world, request.id).id)
    assert done.request.state is State.PROMOTED
    assert done.progress.complete


def test_what_the_target_has_already_is_not_copied_again() -> None:
    stage = furnished()
    first = promoted(stage)
    stage.registries.put(description(model(version="2"), needs=PIPELINE.id), FILES)

    second = promoted(stage, model(version="2"))

    assert second.state is State.PROMOTED
    assert set(stage.registries.copies.values()) == {1}
    assert stage.registries.describe(STEP.moved(PROD)).properties["promotion.request"] == first.id


def test_one_that_changed_since_voids_the_approval() -> None:
    stage = furnished()
    request = approved(stage)
    stage.registries.put(stage.registries.describe(STEP), {"step.txt": b"changed"})

    after = promote(stage.world, request.id)

    assert after.state is State.SUPERSEDED
    assert not there(stage, STEP)
    assert not there(stage, model())


def test_a_model_that_names_something_else_since_voids_the_approval() -> None:
    stage = furnished()
    request = approved(stage)
    stage.registries.put(description(model(), needs=STEP.id), FILES)

    after = promote(stage.world, request.id)

    assert after.state is State.SUPERSEDED
    assert not there(stage, model())


def test_one_that_is_gone_fails_the_promotion_before_anything_needs_it() -> None:
    stage = furnished()
    request = approved(stage)
    stage.registries.delete(STEP)

    after = promote(stage.world, request.id)

    assert after.state is State.FAILED
    assert after.problem is not None
    assert STEP.id in after.problem.message
    assert not there(stage, PIPELINE)


def test_one_that_came_into_the_target_with_other_content_is_a_conflict() -> None:
    stage = furnished()
    request = approved(stage)
    stage.registries.put(
        msgspec.structs.replace(stage.registries.describe(STEP), ref=STEP.moved(PROD)),
        {"step.txt": b"other"},
    )

    after = promote(stage.world, request.id)

    assert after.state is State.FAILED
    assert after.problem is not None
    assert "other content" in after.problem.message
    assert not there(stage, model())


def test_a_retry_goes_on_where_it_had_failed() -> None:
    stage = furnished()
    request = approved(stage)
    stage.registries.delete(STEP)
    promote(stage.world, request.id)
    stage.registries._deleted.clear()
    put(stage, STEP, needs=ENVIRONMENT)
    operator = person("operator", "Promotion.Operator")

    retry(stage.world, request.id, Wish(person=operator, reason="It is back."))
    after = promote(stage.world, request.id)

    assert after.state is State.PROMOTED
    assert set(stage.registries.copies.values()) == {1}


def test_one_that_had_to_be_there_and_is_gone_fails_the_promotion() -> None:
    stage = furnished(Dependencies(present=(AssetKind.COMPONENTS,), named_by=("needs",)))
    there_already = stage.registries.describe(PIPELINE)
    stage.registries.put(
        msgspec.structs.replace(there_already, ref=PIPELINE.moved(PROD)),
        stage.registries.content(PIPELINE),
    )
    request = approved(stage)
    stage.registries.delete(PIPELINE.moved(PROD))

    after = promote(stage.world, request.id)

    assert after.state is State.FAILED
    assert after.problem is not None
    assert "had pipeline:1 when it was approved, and has it no more" in after.problem.message
    assert not there(stage, model())


def test_one_that_had_to_be_there_and_holds_something_else_fails_whatever_it_says_of_itself() -> (
    None
):
    stage = furnished(Dependencies(present=(AssetKind.COMPONENTS,), named_by=("needs",)))
    there_already = msgspec.structs.replace(
        stage.registries.describe(PIPELINE), ref=PIPELINE.moved(PROD)
    )
    stage.registries.put(there_already, stage.registries.content(PIPELINE))
    request = approved(stage)
    (needed,) = request.dependencies
    claiming = {"promotion.digest": needed.digest}
    stage.registries.put(msgspec.structs.replace(there_already, properties=claiming), {})

    after = promote(stage.world, request.id)

    assert after.state is State.FAILED
    assert after.problem is not None
    assert "pipeline:1 already, with other content" in after.problem.message


def test_a_manifest_that_is_not_the_approved_one_copies_nothing() -> None:
    stage = furnished()
    request = approved(stage)
    first, second = request.dependencies[:2]
    stage.evidence.kept[first.manifest] = stage.evidence.kept[second.manifest]

    after = promote(stage.world, request.id)

    assert after.state is State.FAILED
    assert after.problem is not None
    assert f"The kept manifest of {first.asset.id}" in after.problem.message
    assert stage.registries.copies == {}


def test_one_call_begins_with_no_further_asset_when_it_took_long() -> None:
    class Slow(MemoryRegistries):
        def transfer(self, source: AssetRef, manifest: Manifest, target: AssetRef) -> Progress:
            stage.clock.move(dt.timedelta(minutes=3))
            return super().transfer(source, manifest, target)

    stage = furnished()
    stage.registries = Slow(_versions=stage.registries._versions)
    request = approved(stage)
    stage.hints.take()

    first = promote(stage.world, request.id)

    assert first.state is State.PROMOTING
    assert [there(stage, each) for each in CHAIN] == [True, True, False, False]
    assert Queue.PROMOTIONS in {hint.queue for hint in stage.hints.take()}
    promote(stage.world, request.id)
    assert promote(stage.world, request.id).state is State.PROMOTED
