"""Plans and manifests of migrations: their order, their bounds, what stands for what."""

import hashlib

import msgspec
import pytest

from promotion.domain import migration
from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.dependencies import Dependency, Way
from promotion.domain.errors import InvalidError
from promotion.domain.manifest import ManifestFile
from promotion.domain.migration import Plan, make_plan, manifest_of, migration_of
from tests.building import DEV, PROD, ROUTE, model, pending


def asset(kind: AssetKind, name: str, version: str) -> AssetRef:
    return AssetRef(home=DEV, kind=kind, name=name, version=version)


def test_what_others_depend_on_goes_first_and_versions_in_their_own_order() -> None:
    wanted = [
        asset(AssetKind.ENVIRONMENTS, "sklearn", "3"),
        asset(AssetKind.DATA, "trips", "1"),
        asset(AssetKind.COMPONENTS, "train", "1"),
        asset(AssetKind.MODELS, "fare", "2"),
        asset(AssetKind.MODELS, "fare", "10"),
        asset(AssetKind.MODELS, "fare", "10rc"),
        asset(AssetKind.MODELS, "tip", "1"),
    ]

    plan = make_plan(ROUTE, reversed(wanted))

    assert plan.refs == tuple(wanted)


def test_a_plan_reads_back_as_it_was_written_and_names_itself_by_its_content() -> None:
    plan = make_plan(ROUTE, [model(version="1"), model(version="2")])
    other = make_plan(ROUTE, [model(version="1")])

    assert msgspec.json.decode(plan.content, type=Plan) == plan
    assert migration_of(plan) != migration_of(other)
    assert migration_of(plan).id.startswith(f"azureml://registries/{DEV.name}/migrations/{ROUTE}/")


def test_plans_that_cannot_be_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = model(version="1"), model(version="2")

    with pytest.raises(InvalidError, match="no version"):
        make_plan(ROUTE, [])
    with pytest.raises(InvalidError, match="twice"):
        make_plan(ROUTE, [one, two, one])
    with pytest.raises(InvalidError, match="several places"):
        make_plan(ROUTE, [one, two.moved(PROD)])
    monkeypatch.setattr(migration, "MOST", 1)
    with pytest.raises(InvalidError, match="names 2 versions"):
        make_plan(ROUTE, [one, two])


def test_two_versions_that_would_become_one_are_no_manifest() -> None:
    request = pending()

    with pytest.raises(InvalidError, match="stands in the manifest twice"):
        manifest_of([request, request])


def test_the_digest_changes_with_where_a_version_goes_and_with_what_it_is() -> None:
    request = pending()
    elsewhere = msgspec.structs.replace(request, target=request.target.moved(PROD, version="9"))
    otherwise = msgspec.structs.replace(request, digest="sha256:" + "0" * 64)
    needed = asset(AssetKind.ENVIRONMENTS, "sklearn", "3")
    along = Dependency(
        asset=needed, target=needed.moved(PROD), way=Way.TRAVELS, digest=request.digest
    )
    needing = msgspec.structs.replace(request, dependencies=(along,))

    digests = {manifest_of([each]).digest for each in (request, elsewhere, otherwise, needing)}

    assert len(digests) == 4


def test_what_stands_for_a_plan_is_in_its_home_under_its_routes_name_and_its_hash() -> None:
    plan = make_plan(ROUTE, [model()])

    assert migration_of(plan) == AssetRef(
        home=DEV,
        kind=AssetKind.MIGRATIONS,
        name=ROUTE,
        version=hashlib.sha256(plan.content).hexdigest()[:12],
    )


def test_a_line_says_where_a_version_goes_and_all_that_it_brings() -> None:
    request = pending()
    along = Dependency(asset=model(), target=model(), way=Way.TRAVELS, size=7, digest="sha256:00")
    needing = msgspec.structs.replace(request, dependencies=(along,))

    alone, together = (migration.line_of(each) for each in (request, needing))

    assert alone == ManifestFile(
        path="models/taxi-fare/versions/1",
        size=request.size,
        sha256=request.digest.removeprefix("sha256:"),
    )
    assert (together.size, f"sha256:{together.sha256}") == (request.size + 7, needing.closure)


def test_of_many_places_some_are_named() -> None:
    homes = [Registry(f"r{number}") for number in range(6)]

    with pytest.raises(InvalidError) as refused:
        make_plan(ROUTE, [model().moved(each) for each in homes])

    assert refused.value.problem.endswith(
        "places: registries/r0, registries/r1, registries/r2, registries/r3, registries/r4."
    )


def test_one_home_in_two_letter_cases_is_one_place() -> None:
    loud = model(version="2").moved(Registry(DEV.name.upper()))

    assert len(make_plan(ROUTE, [model(), loud]).assets) == 2


def test_as_many_as_may_move_together_move(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "MOST", 2)

    assert len(make_plan(ROUTE, [model(version="1"), model(version="2")]).assets) == 2


def test_kinds_that_no_others_need_go_last() -> None:
    strange = asset(AssetKind.MIGRATIONS, "a", "1")

    assert make_plan(ROUTE, [strange, model("z")]).refs == (model("z"), strange)
