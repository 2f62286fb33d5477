"""A request whose asset needs others: found and checked before people are asked, brought before the asset."""

import msgspec
import pytest

from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.dependencies import Dependency, Way
from promotion.domain.errors import ConflictError
from promotion.domain.facts import FactType
from promotion.domain.policy import Dependencies
from promotion.domain.request import State
from promotion.domain.results import Outcome
from promotion.usecases.explain import explain
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
    RULES,
    STEP,
    approved,
    furnished,
    policy,
    promoted,
    put,
    validated,
)


def there(stage: Stage, asset: AssetRef) -> bool:
    """Whether the target has an asset."""
    return bool(stage.registries.versions(asset.moved(PROD)))


def test_everything_that_is_needed_is_approved_along_in_order() -> None:
    stage = furnished()

    request = validated(stage)

    assert request.state is State.PENDING
    assert [each.asset for each in request.dependencies] == list(CHAIN)
    assert all(each.target == each.asset.moved(PROD) for each in request.dependencies)
    for each in request.dependencies:
        assert each.digest == stage.registries.read_manifest(each.asset).digest
    assert request.digest == stage.registries.read_manifest(model()).digest
    (asked,) = [
        each
        for each in stage.requests.facts(request.id)
        if each.type == FactType.APPROVAL_REQUESTED
    ]
    assert [each["id"] for each in asked.data["dependencies"]] == [each.id for each in CHAIN]
    assert asked.data["closure"] == request.closure != request.digest


def test_each_of_them_passes_checks_of_its_own() -> None:
    request = validated(furnished())

    names = [each.name for each in request.checks]

    assert names[-4:] == [f"required_tags ({each.kind.singular} {each.label})" for each in CHAIN]


def test_one_that_fails_its_checks_refuses_the_request() -> None:
    stage = furnished()
    put(stage, ENVIRONMENT, needs=DATA, owner="")

    request = validated(stage)

    assert request.state is State.REFUSED
    failed = [each.name for each in request.checks if each.outcome is Outcome.FAILED]
    assert failed == ["required_tags (environment environment:1)"]


def test_nobody_decides_on_what_they_made_even_when_it_only_travels_along() -> None:
    request = validated(furnished())

    assert "maker environment" in request.made_by.names


def test_what_stays_or_is_there_says_nothing_about_who_may_decide() -> None:
    stage = furnished(
        msgspec.structs.replace(
            RULES, travel=(AssetKind.COMPONENTS,), present=(AssetKind.ENVIRONMENTS,)
        )
    )
    stage.registries.put(
        msgspec.structs.replace(
            stage.registries.describe(ENVIRONMENT), ref=ENVIRONMENT.moved(PROD)
        ),
        stage.registries.content(ENVIRONMENT),
    )

    request = validated(stage)

    assert [each.way for each in request.dependencies] == [Way.PRESENT, Way.TRAVELS, Way.TRAVELS]
    assert "maker environment" not in request.made_by.names


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


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (DATA, "environment environment:1 -> data data:1: it is not there"),
        (STEP, "component pipeline:1 -> component step:1: it is not there"),
    ],
    ids=["deepest", "between"],
)
def test_what_is_missing_refuses_the_request_with_its_path(changed: AssetRef, told: str) -> None:
    stage = furnished()
    stage.registries.delete(changed)

    request = validated(stage)

    assert request.state is State.REFUSED
    assert request.problem is not None
    assert told in request.problem.message


def test_a_circle_refuses_the_request_with_its_path() -> None:
    stage = furnished()
    put(stage, DATA, needs=STEP)

    request = validated(stage)

    assert request.state is State.REFUSED
    assert request.problem is not None
    circle = "component step:1 -> environment environment:1 -> data data:1 -> component step:1"
    assert circle in request.problem.message


def test_a_foreign_one_refuses_the_request_with_its_path() -> None:
    stage = furnished()
    put(stage, DATA, needs=DATA.moved(Registry("elsewhere"), name="other"))

    request = validated(stage)

    assert request.state is State.REFUSED
    assert request.problem is not None
    assert "data data:1 -> data other:1: it is in elsewhere" in request.problem.message


def test_without_rules_an_asset_that_needs_others_is_refused() -> None:
    stage = furnished(Dependencies(named_by=("needs",)))

    request = validated(stage)

    assert request.state is State.REFUSED
    assert request.problem is not None
    assert "lets no components travel along" in request.problem.message


def test_one_that_has_to_be_there_and_is_not_refuses_the_request() -> None:
    stage = furnished(Dependencies(present=(AssetKind.COMPONENTS,), named_by=("needs",)))

    request = validated(stage)

    assert request.state is State.REFUSED
    assert request.problem is not None
    assert "Promote pipeline:1 first" in request.problem.remedy


def test_one_that_is_there_with_other_content_refuses_the_request() -> None:
    stage = furnished()
    stage.registries.put(
        msgspec.structs.replace(stage.registries.describe(STEP), ref=STEP.moved(PROD)),
        {"step.txt": b"other"},
    )

    request = validated(stage)

    assert request.state is State.REFUSED
    assert request.problem is not None
    assert "with other content" in request.problem.message
    assert PIPELINE.id in request.problem.message


def test_a_dry_run_lists_them_and_writes_nothing() -> None:
    stage = furnished()
    before = dict(stage.evidence.kept)

    explained = explain(stage.world, model())

    assert [each.asset for each in explained.dependencies] == list(CHAIN)
    assert stage.evidence.kept == before


def test_a_dry_run_says_what_would_be_refused() -> None:
    stage = furnished()
    stage.policy = policy(Dependencies(named_by=("needs",)))

    with pytest.raises(ConflictError, match="lets no components travel along"):
        explain(stage.world, model())
