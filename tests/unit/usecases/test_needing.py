"""A request whose asset needs others: what is found, checked and refused before people are asked."""

import msgspec
import pytest

from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.dependencies import Way
from promotion.domain.errors import ConflictError
from promotion.domain.facts import FactType
from promotion.domain.policy import Dependencies
from promotion.domain.request import State
from promotion.domain.results import Outcome
from promotion.usecases.explain import explain
from tests.building import PROD, model
from tests.unit.usecases.needing import (
    CHAIN,
    DATA,
    ENVIRONMENT,
    PIPELINE,
    RULES,
    STEP,
    furnished,
    policy,
    put,
    validated,
)


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
