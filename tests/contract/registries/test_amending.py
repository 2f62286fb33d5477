"""The contract of `amend`: what may change of a version changes and is shown, its content never does."""

import uuid
from pathlib import Path
from typing import Final

import msgspec
import pytest

from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.errors import ForbiddenError, InvalidError, NotFoundError, RetryableError
from promotion.domain.versions import current
from sandbox.azureml.client import ml_client
from sandbox.people import APP, PEOPLE
from tests.contract.azureml import sdk_assets
from tests.contract.azureml.local_service import LocalService
from tests.contract.registries.test_registries import described
from tests.contract.registries.worlds import FILES, PROD, WORKSPACE, LocalWorld, World, model

_MAKERS: Final = {
    AssetKind.ENVIRONMENTS: sdk_assets.image_environment,
    AssetKind.COMPONENTS: sdk_assets.component,
    AssetKind.DATA: sdk_assets.folder_data,
}


def in_production(world: World, version: str = "1") -> AssetRef:
    """Return a model of the production registry."""
    asset = model(version).moved(PROD)
    world.register(described(asset), FILES)
    return asset


def test_a_version_is_archived_and_brought_back(world: World) -> None:
    asset = in_production(world)

    world.registries.amend(asset, archived=True, tags={})
    archived = world.registries.describe(asset).archived
    world.registries.amend(asset, archived=False, tags={})

    assert archived
    assert not world.registries.describe(asset).archived


def test_all_that_is_not_named_stays(world: World) -> None:
    asset = in_production(world)
    before = world.registries.describe(asset)
    files = world.registries.read_manifest(asset).digest

    world.registries.amend(asset, archived=True, tags={"promotion.withdrawn": "r1"})

    after = world.registries.describe(asset)
    expected = msgspec.structs.replace(
        before, archived=True, tags={**before.tags, "promotion.withdrawn": "r1"}
    )
    assert after == expected
    assert world.registries.read_manifest(asset).digest == files


def test_tags_are_set_and_removed_without_touching_the_rest(world: World) -> None:
    asset = in_production(world)
    world.registries.amend(asset, archived=True, tags={"mark": "a"})

    world.registries.amend(asset, tags={"mark": None, "other": "b", "absent": None})

    found = world.registries.describe(asset)
    assert found.tags == {"rmse": "3.1", "owner": "author", "other": "b"}
    assert found.archived


def test_repeating_it_changes_nothing(world: World) -> None:
    asset = in_production(world)
    world.registries.amend(asset, archived=True, tags={"mark": "a"})
    before = world.registries.describe(asset)

    world.registries.amend(asset, archived=True, tags={"mark": "a"})

    assert world.registries.describe(asset) == before


def test_an_archived_version_leaves_its_predecessor_in_use(world: World) -> None:
    first = in_production(world)
    second = first.moved(PROD, version="2")
    world.register(described(second), FILES)

    world.registries.amend(second, archived=True, tags={})

    in_use = current(world.registries.versions(first))
    assert in_use is not None
    assert in_use.version == "1"


def test_what_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.registries.amend(model().moved(PROD), archived=True, tags={})


@pytest.mark.azurite
def test_a_workspaces_version_is_none_of_its_business(local: LocalWorld) -> None:
    with pytest.raises(InvalidError):
        local.registries.amend(model().moved(WORKSPACE), archived=True, tags={})


@pytest.mark.azurite
def test_where_the_app_may_not_write_the_role_is_named(local: LocalWorld) -> None:
    asset = in_production(local)
    reader = local.adapter(identity=PEOPLE["author"])

    with pytest.raises(ForbiddenError, match="AzureML Registry User"):
        reader.amend(asset, archived=True, tags={})


@pytest.mark.azurite
@pytest.mark.parametrize("kind", _MAKERS)
def test_every_kind_is_archived_and_brought_back_as_it_was(
    local: LocalWorld, tmp_path: Path, kind: AssetKind
) -> None:
    asset = made(local, kind, tmp_path)
    before = local.document(asset)["properties"]

    local.registries.amend(asset, archived=True, tags={"mark": "a"})
    archived = local.registries.describe(asset)
    local.registries.amend(asset, archived=False, tags={"mark": None})

    assert (archived.archived, archived.tags["mark"]) == (True, "a")
    assert local.document(asset)["properties"] == {**before, "tags": before["tags"] or {}}


@pytest.mark.azurite
def test_what_takes_long_is_asked_again_and_found_done(
    local: LocalWorld, cloud: LocalService
) -> None:
    asset = in_production(local)
    hurried = local.adapter(call_seconds=0.2)
    cloud.service.knobs.change({"operation_delay": 1.5, "operation_hold": 0.0})

    with pytest.raises(RetryableError):
        hurried.amend(asset, archived=True, tags={})
    cloud.service.knobs.clear()
    local.registries.amend(asset, archived=True, tags={})

    assert local.registries.describe(asset).archived


def made(local: LocalWorld, kind: AssetKind, folder: Path) -> AssetRef:
    """Return an asset of a kind in production, made by azure-ai-ml."""
    name = f"{kind.singular}_{uuid.uuid4().hex[:10]}"
    asset = AssetRef(home=PROD, kind=kind, name=name, version="1")
    client = ml_client(local.config, APP, registry=PROD.name)
    getattr(client, kind.value).create_or_update(_MAKERS[kind](client, name, "1", folder))
    return asset
