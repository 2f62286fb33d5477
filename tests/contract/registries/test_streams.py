"""Many large files are read by one request each; they are whole, the approved ones, and resumed."""

import pytest

from promotion.domain.errors import RetryableError
from tests.contract.registries.copies import Copy
from tests.contract.registries.front import Front
from tests.contract.registries.plans import Seen
from tests.contract.registries.worlds import LocalWorld

pytestmark = pytest.mark.azurite

RANGE = 70_001


def reads(front: Front) -> list[Seen]:
    """Return the requests for content."""
    return [seen for seen in front.seen if seen.method == "GET" and "part-" in seen.file]


def test_four_large_files_take_one_request_each(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    before = len(reads(front))

    manifest = copy.worker(read_range=RANGE).read_manifest(copy.source)

    assert manifest.digest == copy.manifest.digest
    assert len(reads(front)) - before == len(manifest.files) == 4


def test_fewer_large_files_are_read_by_ranges(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    before = len(reads(front))

    manifest = copy.worker(read_range=RANGE, streams=5).read_manifest(copy.source)

    assert manifest.digest == copy.manifest.digest
    assert len(reads(front)) - before == 4 * (300_000 // RANGE + 1)


def test_a_stream_that_breaks_off_again_and_again_goes_on_where_it_was(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local)
    front.plan(method="GET", path="part-3", times=5, cut_after=40_000)

    manifest = copy.worker(read_range=RANGE).read_manifest(copy.source)

    assert manifest.digest == copy.manifest.digest


def test_a_file_that_changes_while_it_streams_is_noticed(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)

    def change() -> None:
        local.change(copy.source, {"part-2.bin": b"o" * 300_000})

    front.plan(method="GET", path="part-2", before=change)

    with pytest.raises(RetryableError, match="changed"):
        copy.worker(read_range=RANGE).read_manifest(copy.source)
