"""Plans and manifests of migrations: their order, their bounds, what stands for what."""

import msgspec
import pytest

from promotion.domain import migration
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.dependencies import Dependency, Way
from promotion.domain.errors import InvalidError
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
