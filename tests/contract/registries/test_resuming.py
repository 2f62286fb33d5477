"""A copy that is interrupted goes on where it was, and takes nothing for copied that it did not copy."""

import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import msgspec
import pytest
from azure.storage.blob import ContainerClient

from promotion.adapters.azureml import BlobReceipts, MemoryReceipts
from promotion.domain.errors import BrokenError
from tests.contract.registries.copies import FOUR, Copy
from tests.contract.registries.front import Front
from tests.contract.registries.worlds import LocalWorld

pytestmark = pytest.mark.azurite

ROOT = Path(__file__).parents[3]


def test_no_byte_of_a_model_passes_through_the_process(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.reset()

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()
    assert front.content_bytes == 0


def test_files_that_are_complete_are_not_copied_again(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    copy.transfer()

    again = copy.transfer()

    assert again.complete
    assert sorted(front.copies) == sorted(FOUR)


def test_a_copy_goes_on_after_a_failure(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.plan(method="PUT", copying=True, skip=2, times=9, status=400, code="Planned")
    with pytest.raises(BrokenError, match="Planned"):
        copy.transfer(copy.worker(parallel=1))
    front.plans.clear()

    assert copy.transfer().complete

    copy.create()
    assert copy.arrived()
    assert sorted(front.copies) == sorted(FOUR)


@pytest.mark.parametrize("done", range(4))
def test_a_worker_killed_before_a_copy_copies_no_file_again(
    local: LocalWorld, front: Front, tmp_path: Path, done: int
) -> None:
    copy, receipts = four_files(local)
    held = Held()
    front.plan(method="PUT", copying=True, skip=done, times=1, before=held.hold, status=400)

    kill_while_held(copy, receipts, tmp_path, held)
    assert copy.transfer().complete

    copy.create()
    assert copy.arrived()
    assert sorted(front.copies) == sorted(FOUR)


@pytest.mark.parametrize("done", range(4))
def test_a_worker_killed_before_it_hears_of_a_copy_does_not_copy_it_again(
    local: LocalWorld, front: Front, tmp_path: Path, done: int
) -> None:
    copy, receipts = four_files(local)
    held, asked = Held(), Held()
    front.plan(method="PUT", copying=True, times=99, before=asked.count)
    front.plan(method="PUT", copying=True, skip=done, times=1, after=held.hold)

    kill_while_held(copy, receipts, tmp_path, held)
    assert copy.transfer().complete

    copy.create()
    assert copy.arrived()
    assert asked.times == len(FOUR)


def test_a_worker_killed_between_the_copies_and_the_version_copies_nothing_again(
    local: LocalWorld, front: Front, tmp_path: Path
) -> None:
    copy, receipts = four_files(local)
    worker = start_worker(copy, receipts, tmp_path)
    assert worker.wait(60) == 0

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()
    assert sorted(front.copies) == sorted(FOUR)


def test_a_lost_record_costs_reading_not_copying(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    copy.transfer()
    copy.receipts = MemoryReceipts()

    assert copy.transfer().complete

    assert sorted(front.copies) == sorted(FOUR)


def test_an_unreadable_record_is_begun_anew(local: LocalWorld) -> None:
    copy = Copy(local)
    copy.transfer()
    kept = copy.receipts
    assert isinstance(kept, MemoryReceipts)
    for key in list(kept._kept):
        kept.save(key, b"{not json")

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()


def test_a_call_ends_when_its_time_is_over_and_the_next_one_goes_on(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local)
    front.plan(method="PUT", copying=True, times=9, before=lambda: time.sleep(0.4))

    first = copy.transfer(copy.worker(parallel=1, call_seconds=0.6))

    assert 0 < first.files_done < first.files == 4
    assert 0 < first.bytes_done < first.bytes == sum(map(len, FOUR.values()))
    assert copy.transfer().complete
    assert sorted(front.copies) == sorted(FOUR)


class Held:
    """A request that waits at the front until it is let go, or is only counted."""

    def __init__(self) -> None:
        self.reached, self.leave = threading.Event(), threading.Event()
        self.times = 0

    def hold(self) -> None:
        """Wait."""
        self.reached.set()
        self.leave.wait(60)

    def count(self) -> None:
        """Count."""
        self.times += 1


def four_files(local: LocalWorld) -> tuple[Copy, str]:
    """Return a copy of four files, and the container of its receipts."""
    receipts, container = blob_receipts(local)
    return Copy(local, receipts=receipts), container


def kill_while_held(copy: Copy, receipts: str, tmp_path: Path, held: Held) -> None:
    """Start a worker, and kill it when its request is held at the front."""
    worker = start_worker(copy, receipts, tmp_path)
    try:
        assert held.reached.wait(60), "the worker never came that far"
    finally:
        worker.kill()
        worker.wait(30)
        held.leave.set()


def start_worker(copy: Copy, receipts_container: str, tmp_path: Path) -> subprocess.Popen[bytes]:
    """Start the transfer in a process of its own."""
    (tmp_path / "sandbox.json").write_bytes(msgspec.json.encode(copy.world.config))
    (tmp_path / "manifest.json").write_bytes(msgspec.json.encode(copy.manifest))
    command = [
        sys.executable,
        "-m",
        "tests.contract.registries.worker",
        str(tmp_path),
        receipts_container,
        copy.source.name,
    ]
    return subprocess.Popen(command, cwd=ROOT)


def blob_receipts(local: LocalWorld) -> tuple[BlobReceipts, str]:
    """Return receipts in a container of their own, and the container's name."""
    name = f"receipts-{uuid.uuid4().hex[:8]}"
    container = ContainerClient.from_connection_string(local.config.connection_string(), name)
    receipts = BlobReceipts(container)
    receipts.prepare()
    receipts.prepare()
    return receipts, name
