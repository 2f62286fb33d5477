"""The contract of `open_files`: ranges of exactly the approved files, and nothing else."""

import pytest

from promotion.domain.errors import NotFoundError, RetryableError, StaleError
from tests.contract.registries.test_registries import registered
from tests.contract.registries.worlds import FILES, World, model


def test_files_are_read_by_ranges(world: World) -> None:
    asset = registered(world)
    files = world.registries.open_files(asset, world.registries.read_manifest(asset))

    reader = files.open("model.pkl")
    content = FILES["model.pkl"]

    assert sorted(files.paths) == sorted(FILES)
    assert reader.size == len(content)
    assert reader.read(3, 10) == content[3:13]
    assert reader.read(len(content) - 4, 100) == content[-4:]
    assert reader.read(len(content) + 5, 100) == b""
    assert files.open("empty.txt").read(0, 10) == b""


def test_files_are_read_without_a_manifest_too(world: World) -> None:
    asset = registered(world)
    files = world.registries.open_files(asset)

    assert sorted(files.paths) == sorted(FILES)
    assert files.open("data files/größe.bin").read(0, 4) == bytes(range(4))


def test_a_file_that_is_not_there_is_not_found(world: World) -> None:
    asset = registered(world)
    files = world.registries.open_files(asset, world.registries.read_manifest(asset))

    with pytest.raises(NotFoundError):
        files.open("other.bin")


def test_a_file_that_changed_is_not_read(world: World) -> None:
    asset = registered(world)
    files = world.registries.open_files(asset, world.registries.read_manifest(asset))
    world.change(asset, {"model.pkl": b"other"})

    with pytest.raises((StaleError, RetryableError)):
        files.open("model.pkl").read(0, 5)


def test_nothing_is_asked_before_something_is_read(world: World) -> None:
    files = world.registries.open_files(model())

    with pytest.raises(NotFoundError):
        files.open("model.pkl")
