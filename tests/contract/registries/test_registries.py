"""The contract of the port `Registries`: every implementation keeps the same promises."""

import hashlib

import msgspec
import pytest

from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import (
    BrokenError,
    ConflictError,
    InvalidError,
    NotFoundError,
    StaleError,
)
from promotion.domain.manifest import Manifest
from promotion.domain.results import TargetVersion
from tests.contract.registries.worlds import FILES, PROD, World, model


def described(asset: AssetRef, **fields: object) -> AssetDescription:
    """Return the description of a model with everything a model can have."""
    description = AssetDescription(
        ref=asset,
        type="mlflow_model",
        description="Fares of taxis.",
        tags={"rmse": "3.1", "owner": "author"},
        properties={"commit": "abc"},
        flavors={"python_function": {"loader_module": "mlflow.sklearn"}},
    )
    return msgspec.structs.replace(description, **fields)


def registered(world: World, files: dict[str, bytes] | None = None) -> AssetRef:
    """Return a model of the development registry, registered with `files`."""
    asset = model()
    world.register(described(asset), FILES if files is None else files)
    return asset


def transferred(world: World, source: AssetRef, manifest: Manifest, target: AssetRef) -> None:
    """Transfer until everything has arrived."""
    for _ in range(20):
        if world.registries.transfer(source, manifest, target).complete:
            return
    pytest.fail("the transfer did not end")


def test_a_description_says_what_was_registered(world: World) -> None:
    asset = registered(world)

    found = world.registries.describe(asset)

    assert (found.ref, found.type) == (asset, "mlflow_model")
    assert found.description == "Fares of taxis."
    assert found.tags == {"rmse": "3.1", "owner": "author"}
    assert found.properties["commit"] == "abc"
    assert found.flavors == {"python_function": {"loader_module": "mlflow.sklearn"}}
    assert not found.archived


def test_an_unknown_version_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.registries.describe(model())


def test_the_manifest_of_an_unknown_version_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.registries.read_manifest(model())


def test_a_manifest_has_every_file_with_its_hash(world: World) -> None:
    manifest = world.registries.read_manifest(registered(world))

    found = {file.path: (file.size, file.sha256) for file in manifest.files}
    assert found == {
        path: (len(content), hashlib.sha256(content).hexdigest()) for path, content in FILES.items()
    }
    assert manifest.store
    assert not manifest.single_file


def test_an_asset_without_files_has_no_manifest(world: World) -> None:
    asset = model()
    world.register(described(asset), {})

    with pytest.raises(InvalidError):
        world.registries.read_manifest(asset)


def test_unknown_names_have_no_versions(world: World) -> None:
    assert world.registries.versions(model()) == ()


def test_versions_tell_tags_and_what_is_archived(world: World) -> None:
    first = registered(world)
    second = first.moved(first.home, version="2")
    world.register(described(second, tags={"current": "yes"}), FILES)
    world.archive(first)

    found = sorted(world.registries.versions(first), key=lambda each: each.version)

    assert all(each.properties["commit"] == "abc" for each in found)
    assert [msgspec.structs.replace(e, properties={}, created_at=None) for e in found] == [
        TargetVersion(version="1", archived=True, tags={"rmse": "3.1", "owner": "author"}),
        TargetVersion(version="2", tags={"current": "yes"}),
    ]


def test_a_copied_model_is_the_same_model(world: World) -> None:
    source = registered(world)
    target = source.moved(PROD)
    manifest = world.registries.read_manifest(source)
    description = world.registries.describe(source)

    transferred(world, source, manifest, target)
    world.registries.create(description, manifest, target, {"promotion.request": "r1"})

    found = world.registries.describe(target)
    assert world.content(target) == FILES
    assert world.registries.read_manifest(target).digest == manifest.digest
    assert found.properties == {**description.properties, "promotion.request": "r1"}
    assert (found.type, found.tags, found.flavors, found.description) == (
        description.type,
        description.tags,
        description.flavors,
        description.description,
    )


def test_a_copy_may_have_another_name_and_version(world: World) -> None:
    source = registered(world)
    target = source.moved(PROD, name=f"live-{source.name}", version="1.4.0")
    manifest = world.registries.read_manifest(source)
    transferred(world, source, manifest, target)

    made = world.registries.create(world.registries.describe(source), manifest, target, {})

    assert made.ref == target
    assert world.content(target) == FILES
    assert [each.version for each in world.registries.versions(target)] == ["1.4.0"]
    assert world.registries.versions(source.moved(PROD)) == ()


def test_creating_returns_what_can_be_read_afterwards(world: World) -> None:
    source = registered(world)
    target = source.moved(PROD)
    manifest = world.registries.read_manifest(source)
    transferred(world, source, manifest, target)

    made = world.registries.create(world.registries.describe(source), manifest, target, {"a": "b"})

    assert made == world.registries.describe(target)


def test_nothing_is_created_by_a_transfer_alone(world: World) -> None:
    source = registered(world)
    manifest = world.registries.read_manifest(source)

    transferred(world, source, manifest, source.moved(PROD))

    with pytest.raises(NotFoundError):
        world.registries.describe(source.moved(PROD))


def test_nothing_is_created_over_files_that_did_not_arrive(world: World) -> None:
    source = registered(world)
    manifest = world.registries.read_manifest(source)
    description = world.registries.describe(source)

    with pytest.raises(BrokenError):
        world.registries.create(description, manifest, source.moved(PROD), {})

    with pytest.raises(NotFoundError):
        world.registries.describe(source.moved(PROD))


@pytest.mark.parametrize(
    "change",
    [{"model.pkl": b"\x80\x04M."}, {"further.pkl": b"\x80\x04N."}],
    ids=["changed file", "further file"],
)
def test_a_source_that_changed_is_not_transferred(world: World, change: dict[str, bytes]) -> None:
    source = registered(world)
    manifest = world.registries.read_manifest(source)
    world.change(source, change)

    with pytest.raises(StaleError):
        world.registries.transfer(source, manifest, source.moved(PROD))


def test_doing_everything_twice_changes_nothing(world: World) -> None:
    source = registered(world)
    target = source.moved(PROD)
    manifest = world.registries.read_manifest(source)
    description = world.registries.describe(source)
    transferred(world, source, manifest, target)
    made = world.registries.create(description, manifest, target, {"a": "b"})

    transferred(world, source, manifest, target)
    again = world.registries.create(description, manifest, target, {"a": "b"})

    assert again == made
    assert world.content(target) == FILES


def test_other_content_under_the_same_version_is_a_conflict(world: World) -> None:
    source = registered(world)
    target = source.moved(PROD)
    manifest = world.registries.read_manifest(source)
    description = world.registries.describe(source)
    transferred(world, source, manifest, target)
    world.register(described(target), {"MLmodel": b"something else"})

    with pytest.raises(ConflictError):
        world.registries.create(description, manifest, target, {})

    assert world.content(target) == {"MLmodel": b"something else"}


def test_a_deleted_version_cannot_be_created_again(world: World) -> None:
    source = registered(world)
    target = source.moved(PROD)
    manifest = world.registries.read_manifest(source)
    description = world.registries.describe(source)
    transferred(world, source, manifest, target)
    world.registries.create(description, manifest, target, {})
    world.delete(target)

    with pytest.raises(ConflictError, match="again"):
        world.registries.create(description, manifest, target, {})
