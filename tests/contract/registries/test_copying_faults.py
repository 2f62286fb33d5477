"""What storage can do to a copy, and what comes of it: always the approved bytes, or a clear error."""

import datetime as dt
import traceback

import pytest

from promotion.adapters.azureml import ways
from promotion.domain.errors import (
    BrokenError,
    ForbiddenError,
    NotFoundError,
    RetryableError,
    StaleError,
)
from tests.contract.registries.copies import FOUR, Copy
from tests.contract.registries.front import Front
from tests.contract.registries.worlds import LocalWorld

pytestmark = pytest.mark.azurite

PENDING = {"x-ms-copy-status": "pending"}


def as_status(status: bytes) -> dict[str, object]:
    """Return a plan by which listings tell another state of copies than is true."""

    def rewrite(body: bytes) -> bytes:
        return body.replace(
            b"<CopyStatus>success</CopyStatus>",
            b"<CopyStatus>" + status + b"</CopyStatus>",
        )

    return {"query": "comp=list", "path": "prod-mlops-registry", "rewrite": rewrite}


def test_a_busy_storage_is_tried_again_within_the_call(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.plan(method="PUT", copying=True, times=2, status=503)

    assert copy.transfer().complete
    assert sorted(front.copies) == sorted(FOUR)


def test_a_storage_that_stays_busy_is_asked_later(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.plan(method="PUT", copying=True, times=99, status=503, headers={"Retry-After": "17"})

    with pytest.raises(RetryableError, match="503") as caught:
        copy.transfer()

    assert caught.value.after == dt.timedelta(seconds=17)
    front.plans.clear()
    assert copy.transfer().complete


def test_too_many_requests_are_asked_later_at_once(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.plan(method="PUT", copying=True, times=99, status=429, headers={"Retry-After": "3"})

    with pytest.raises(RetryableError) as caught:
        copy.transfer(copy.worker(parallel=1))

    assert caught.value.after == dt.timedelta(seconds=3)


@pytest.mark.parametrize(
    ("refused", "moment"),
    [
        ("never", {"method": "PUT", "copying": True}),
        ("^(?!.*comp=)", {"method": "PUT", "copying": True, "query": "comp=block&"}),
        ("", {"method": "GET", "query": "^(?!.*comp=)"}),
    ],
    ids=["whole files", "blocks", "carried"],
)
def test_a_source_changed_after_it_was_listed_is_not_copied(
    local: LocalWorld, front: Front, refused: str, moment: dict[str, object]
) -> None:
    copy = Copy(local)

    def change() -> None:
        local.change(copy.source, {"part-3.bin": b"y" * 300_000})

    front.plan(path="part-3", before=change, **moment)
    if refused != "never":
        front.plan(method="PUT", query=refused, copying=True, times=99, status=403)

    with pytest.raises(StaleError, match="part-3"):
        copy.transfer()

    with pytest.raises(NotFoundError):
        local.registries.describe(copy.target)


def test_storage_copies_by_blocks_where_it_refuses_whole_files(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local)
    front.reset()
    front.plan(method="PUT", query="^(?!.*comp=)", copying=True, times=99, status=403)

    assert copy.transfer(copy.worker(block=100_000)).complete
    copy.create()

    assert copy.arrived()
    assert front.content_bytes == sum(
        each.sent for each in front.seen if "comp=blocklist" in each.query
    )


def test_the_process_carries_what_storage_may_not_read(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.plan(method="PUT", copying=True, times=99, status=403, code="CannotVerifyCopySource")

    assert copy.transfer(copy.worker(streamed_block=100_000)).complete
    copy.create()

    assert copy.arrived()


def test_a_carried_file_goes_on_where_the_last_call_stopped(
    local: LocalWorld, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Copy(local, files={"large.bin": bytes(range(256)) * 4000})
    monkeypatch.setattr(ways, "WAYS", (ways.carry_blocks,))
    monkeypatch.setattr("promotion.adapters.azureml.courier.WAYS", (ways.carry_blocks,))
    reads = {"method": "GET", "path": "large.bin", "query": "^(?!.*comp=)"}
    front.plan(**reads, skip=4, times=99, status=400, code="Planned")
    worker = copy.worker(streamed_block=100_000, parallel=1)
    with pytest.raises(BrokenError, match="Planned"):
        copy.transfer(worker)
    front.reset()

    assert copy.transfer(worker).complete

    blocks = [each for each in front.seen if "comp=block&" in each.query]
    assert len(blocks) == 7
    copy.create()
    assert copy.arrived()


def test_storage_that_refuses_every_way_is_reported(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.plan(method="PUT", times=999, status=403, code="AuthorizationFailure")

    with pytest.raises(ForbiddenError, match="AuthorizationFailure"):
        copy.transfer()


def test_large_files_are_started_and_left_to_storage(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.plan(method="PUT", copying=True, times=99, change_headers=PENDING)
    working = front.plan(**as_status(b"pending"), times=99)
    worker = copy.worker(sync_limit=0, call_seconds=1.0)

    first = copy.transfer(worker)
    working.times = 0
    second = copy.transfer()

    assert not first.complete
    assert first.files_done == 0
    assert second.complete
    assert sorted(front.copies) == sorted(FOUR)
    copy.create()
    assert copy.arrived()


def test_a_copy_that_storage_gave_up_is_started_again(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.plan(method="PUT", copying=True, times=4, change_headers=PENDING)
    front.plan(**as_status(b"failed"), times=1, skip=1)

    assert copy.transfer(copy.worker(sync_limit=0)).complete

    assert sorted(front.copies) == sorted([*FOUR, *FOUR])
    copy.create()
    assert copy.arrived()


@pytest.mark.parametrize("status", [b"failed", b"aborted"])
def test_a_copy_that_storage_gives_up_again_and_again_is_broken(
    local: LocalWorld, front: Front, status: bytes
) -> None:
    copy = Copy(local)
    front.plan(method="PUT", copying=True, times=999, change_headers=PENDING)
    front.plan(**as_status(status), times=999)

    with pytest.raises(BrokenError, match="gave up copying 'part"):
        copy.transfer(copy.worker(sync_limit=0, restarts=2))

    assert front.copies.count("part-1.bin") == 3


def test_errors_tell_no_signature_and_no_token(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.plan(method="GET", path="part-", times=999, cut_after=0)

    with pytest.raises(RetryableError) as caught:
        copy.world.registries.read_manifest(copy.source)

    told = "".join(traceback.format_exception(caught.value))
    assert "sig=" not in told
    assert "eyJ" not in told
    assert "sv=" not in told
