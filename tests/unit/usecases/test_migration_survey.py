"""Looking through a registry before it moves: what each version is told as."""

from collections.abc import Iterator
from typing import override

import msgspec
import pytest

from promotion.adapters.memory import FixedPolicy, MemoryRegistries
from promotion.domain.actors import EVENT_GRID
from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.errors import ConflictError, RefusedError, RetryableError
from promotion.domain.lifecycle import Opening
from promotion.domain.manifest import Manifest
from promotion.domain.policy import Place, Policy, Target
from promotion.domain.reading import FileAccess
from promotion.domain.request import Request
from promotion.ports import Name
from promotion.usecases.decide import decide
from promotion.usecases.migrate.surveying import Row, Standing, survey
from promotion.usecases.open_request import ask
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from tests.building import (
    DEV,
    FILES,
    PROD,
    ROUTE,
    Stage,
    ballot,
    description,
    model,
    person,
    route,
)


def rows(stage: Stage) -> dict[str, Row]:
    return {each.asset.label: each for each in survey(stage.world, ROUTE, limit=200).items}


def under(**changes: object) -> Policy:
    return Policy(version=1, routes={ROUTE: msgspec.structs.replace(route(), **changes)})


def test_an_archived_version_is_left_out_and_told() -> None:
    stage = Stage()
    stage.registries.put(msgspec.structs.replace(description(model()), archived=True), FILES)

    assert rows(stage)["taxi-fare:1"].standing is Standing.ARCHIVED


def test_what_a_request_brought_is_there_whatever_the_target_says_of_it() -> None:
    stage = Stage()
    request = _promoted(stage)

    row = rows(stage)["taxi-fare:1"]

    assert (row.standing, row.request) == (Standing.THERE, request)


def test_a_version_whose_number_is_chosen_later_has_no_target_yet() -> None:
    counted = under(target=Target(registry=PROD.name, version="next"))
    stage = Stage(policy=FixedPolicy(counted))
    stage.register()

    row = rows(stage)["taxi-fare:1"]

    assert (row.standing, row.target) == (Standing.NEW, None)


def test_an_environments_size_is_not_counted() -> None:
    stage = Stage(policy=FixedPolicy(under(kinds=(AssetKind.ENVIRONMENTS,))))
    asset = AssetRef(home=DEV, kind=AssetKind.ENVIRONMENTS, name="sklearn", version="1")
    stage.registries.put(description(asset), {"definition.json": b"{}"})

    row = rows(stage)["sklearn:1"]

    assert (row.standing, row.files, row.bytes) == (Standing.NEW, None, None)


class _Refusing(MemoryRegistries):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    @override
    def open_files(self, asset: AssetRef, manifest: Manifest | None = None) -> FileAccess:
        raise self.error


def test_a_version_that_cannot_travel_is_told_with_the_reason() -> None:
    stage = Stage(registries=_Refusing(RefusedError("Its datastore has no key.")))
    stage.register()

    row = rows(stage)["taxi-fare:1"]

    assert (row.standing, row.why) == (Standing.UNFIT, "Its datastore has no key.")


def test_a_service_that_is_not_ready_is_no_verdict_on_a_version() -> None:
    stage = Stage(registries=_Refusing(RetryableError("Azure ML throttles.")))
    stage.register()

    with pytest.raises(RetryableError, match="throttles"):
        rows(stage)


def test_a_route_from_a_workspace_has_no_registry_to_look_through() -> None:
    stage = Stage(
        policy=FixedPolicy(under(source=Place(workspace="dev-mlops-workspace"), announced_by=()))
    )

    with pytest.raises(ConflictError, match="from a workspace"):
        survey(stage.world, ROUTE)
    with pytest.raises(ConflictError, match="no route named"):
        survey(stage.world, "elsewhere")


def test_every_kind_of_the_route_is_looked_through() -> None:
    class Counting(MemoryRegistries):
        def __init__(self) -> None:
            super().__init__()
            self.asked: list[AssetKind] = []

        @override
        def names(self, registry: Registry, kind: AssetKind) -> Iterator[Name]:
            self.asked.append(kind)
            return super().names(registry, kind)

    registries = Counting()
    kinds = (AssetKind.MODELS, AssetKind.DATA)
    stage = Stage(policy=FixedPolicy(under(kinds=kinds)), registries=registries)

    assert rows(stage) == {}
    assert registries.asked == [AssetKind.DATA, AssetKind.MODELS]


def _promoted(stage: Stage) -> Request:
    asset = stage.register()
    asked = ask(stage.world, asset, ROUTE, Opening(actor=EVENT_GRID)).request
    waiting = validate(stage.world, asked.id)
    decide(stage.world, asked.id, ballot(waiting, person("approver")))
    return promote(stage.world, asked.id)
