"""What others left in the target's container never becomes part of a version."""

import pytest

from promotion.adapters.azureml import MemoryReceipts
from promotion.domain.errors import BrokenError, NotFoundError
from tests.contract.registries.copies import FOUR, Copy
from tests.contract.registries.front import Front
from tests.contract.registries.worlds import LocalWorld

pytestmark = pytest.mark.azurite


def folder(copy: Copy, number: int = 1) -> str:
    """Return the folder of the copy's files in the target's container."""
    digest = copy.manifest.digest.removeprefix("sha256:")[:32]
    return f"{digest}/model" if number == 1 else f"{digest}-{number}/model"


def leave(copy: Copy, name: str, content: bytes) -> None:
    """Leave a blob in the target's container, as whoever may write to the registry can."""
    copy.world.container_of(copy.target).upload_blob(name, content)


def test_files_elsewhere_in_the_container_stay_outside_the_version(local: LocalWorld) -> None:
    copy = Copy(local)
    leave(copy, "model/evil.pkl", b"\x80\x04")
    leave(copy, "evil.pkl", b"\x80\x04")

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()
    assert local.registries.read_manifest(copy.target).digest == copy.manifest.digest


def test_a_folder_with_a_foreign_file_is_left_for_the_next_one(local: LocalWorld) -> None:
    copy = Copy(local)
    leave(copy, f"{folder(copy)}/evil.pkl", b"\x80\x04")

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()
    assert f"{folder(copy, 2)}" in local.document(copy.target)["properties"]["modelUri"]


def test_a_foreign_file_that_appears_after_the_transfer_stops_the_creation(
    local: LocalWorld,
) -> None:
    copy = Copy(local)
    copy.transfer()
    leave(copy, f"{folder(copy)}/evil.pkl", b"\x80\x04")

    with pytest.raises(BrokenError):
        copy.create()

    with pytest.raises(NotFoundError):
        local.registries.describe(copy.target)
    assert copy.transfer().complete
    copy.create()
    assert copy.arrived()


def test_foreign_files_in_every_folder_are_reported(local: LocalWorld) -> None:
    copy = Copy(local)
    for number in range(1, 10):
        leave(copy, f"{folder(copy, number)}/evil.pkl", b"\x80\x04")

    with pytest.raises(BrokenError, match="foreign"):
        copy.transfer()


def test_a_leftover_of_the_right_size_and_other_content_is_replaced(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local)
    leave(copy, f"{folder(copy)}/part-2.bin", b"x" * 300_000)

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()
    assert sorted(front.copies) == sorted(FOUR)


def test_a_leftover_with_the_approved_content_is_kept(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    leave(copy, f"{folder(copy)}/part-2.bin", FOUR["part-2.bin"])

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()
    assert sorted(front.copies) == sorted(set(FOUR) - {"part-2.bin"})


def test_what_another_worker_brought_is_not_written_again_under_the_version_it_made(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local)
    assert copy.transfer().complete
    other = local.adapter(receipts=MemoryReceipts())
    front.plan(query="comp=list", after=copy.create)

    assert other.transfer(copy.source, copy.manifest, copy.target).complete

    assert copy.arrived()
    assert sorted(front.copies) == sorted(FOUR)


def test_a_file_overwritten_after_the_transfer_stops_the_creation(local: LocalWorld) -> None:
    copy = Copy(local)
    copy.transfer()
    container = local.container_of(copy.target)
    container.upload_blob(f"{folder(copy)}/part-2.bin", b"x" * 300_000, overwrite=True)

    with pytest.raises(BrokenError, match="part-2"):
        copy.create()

    with pytest.raises(NotFoundError):
        local.registries.describe(copy.target)


def test_a_file_with_another_md5_than_the_source_stops_the_creation(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local)
    copy.transfer()
    md5 = next(file.md5 for file in copy.manifest.files if file.path == "part-2.bin").encode()
    assert md5
    front.plan(
        query="comp=list", times=9, rewrite=lambda body: body.replace(md5, b"A" * 22 + b"==")
    )

    with pytest.raises(BrokenError, match="MD5"):
        copy.create()


def test_a_foreign_file_that_says_it_is_a_folder_is_a_file_all_the_same(local: LocalWorld) -> None:
    copy = Copy(local)
    container = local.container_of(copy.target)
    marked = {"hdi_isfolder": "true"}
    container.upload_blob(f"{folder(copy)}/evil.pkl", b"\x80\x04", metadata=marked)

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()


def test_a_file_that_says_it_is_a_folder_is_in_the_manifest(local: LocalWorld) -> None:
    copy = Copy(local)
    for container, root in local.replicas(copy.source):
        container.upload_blob(f"{root}/evil.pkl", b"\x80\x04", metadata={"hdi_isfolder": "true"})

    assert "evil.pkl" in [file.path for file in local.registries.read_manifest(copy.source).files]
