"""The contract of looking for something new: names with their latest version, versions since a time."""

import datetime as dt

import pytest

from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry
from promotion.domain.errors import NotFoundError
from promotion.ports import Registries
from tests.contract.registries.worlds import DEV, FILES, LocalWorld, World, model

EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def registered(world: World, asset: AssetRef) -> AssetRef:
    """Register a version."""
    world.register(AssetDescription(ref=asset, type="custom_model", tags={"a": "b"}), FILES)
    return asset


def latest(registries: Registries, name: str) -> list[str]:
    """Return the latest version of every entry with that name."""
    return [each.latest for each in registries.names(DEV, AssetKind.MODELS) if each.name == name]


def test_a_name_is_listed_once_with_the_version_created_last(world: World) -> None:
    first = registered(world, model("5"))
    registered(world, first.moved(first.home, version="2"))

    assert latest(world.registries, first.name) == ["2"]


def test_versions_come_newest_first_with_all_that_is_said_of_them(world: World) -> None:
    asset = model()
    for version in ("1", "3", "2"):
        registered(world, asset.moved(asset.home, version=version))

    found = list(world.registries.recent(asset, EVER))

    assert [each.ref.version for each in found] == ["2", "3", "1"]
    assert found[0] == world.registries.describe(found[0].ref)
    assert found[0].tags == {"a": "b"}


def test_archived_names_and_versions_are_listed_as_well(world: World) -> None:
    asset = registered(world, model())
    world.archive(asset)

    assert latest(world.registries, asset.name) == ["1"]
    assert [each.archived for each in world.registries.recent(asset, EVER)] == [True]


def test_a_name_that_is_not_there_has_no_versions(world: World) -> None:
    assert list(world.registries.recent(model(), EVER)) == []


@pytest.mark.azurite
def test_reading_ends_at_the_first_version_that_is_older(local: LocalWorld) -> None:
    asset = model()
    for version in ("1", "2", "3"):
        registered(local, asset.moved(asset.home, version=version))
    second = local.registries.describe(asset.moved(asset.home, version="2"))
    assert second.created_at is not None

    found = [each.ref.version for each in local.registries.recent(asset, second.created_at)]

    assert found == ["3", "2"]


@pytest.mark.azurite
def test_more_names_than_a_page_are_all_listed(local: LocalWorld) -> None:
    made = {registered(local, model()).name for _ in range(35)}

    found = [each.name for each in local.registries.names(DEV, AssetKind.MODELS)]

    assert made <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.azurite
def test_a_registry_that_is_not_there_is_told(local: LocalWorld) -> None:
    with pytest.raises(NotFoundError):
        list(local.registries.names(Registry("no-such-registry"), AssetKind.MODELS))
