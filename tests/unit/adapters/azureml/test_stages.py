"""Where a file of a copy stands, by what storage says and what the app remembers."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from promotion.adapters.azureml.receipts import CopyRecord, MemoryReceipts, Receipt, load, save
from promotion.adapters.azureml.store import Blob
from promotion.adapters.azureml.survey import Stage, survey
from promotion.adapters.azureml.targets import Target
from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.manifest import ManifestFile, make_manifest

FILE = ManifestFile(path="a", size=3, sha256="0" * 64, etag='"s"')
MANIFEST = make_manifest([FILE])
ASSET = AssetRef(home=Registry("Prod"), kind=AssetKind.MODELS, name="m", version="1")


def stage(blob: Blob | None, receipt: Receipt | None) -> Stage:
    """Return where the one file stands."""
    target = Target(
        store=cast("Any", SimpleNamespace()),
        prefix="f/model/",
        root="f/model",
        blobs={} if blob is None else {"a": blob},
    )
    record = CopyRecord(files={} if receipt is None else {"f/model/a": receipt})
    return survey(target, MANIFEST, record).stages["a"]


def blob(size: int = 3, etag: str = '"t"', **copy: str) -> Blob:
    """Return what storage says of a file."""
    return Blob(name="f/model/a", size=size, etag=etag, **copy)  # type: ignore[arg-type]  # texts only


OURS = Receipt(copy_id="c1")


@pytest.mark.parametrize(
    ("there", "receipt", "expected"),
    [
        (None, None, Stage.MISSING),
        (None, Receipt(etag='"t"'), Stage.MISSING),
        (blob(size=2), None, Stage.MISSING),
        (blob(size=2), Receipt(etag='"t"'), Stage.MISSING),
        (blob(), None, Stage.STRANGER),
        (blob(), Receipt(etag='"other"'), Stage.STRANGER),
        (blob(), Receipt(), Stage.STRANGER),
        (blob(etag=""), Receipt(), Stage.STRANGER),
        (blob(), Receipt(etag='"t"'), Stage.COMPLETE),
        (blob(copy_id="c1", copy_status="success"), OURS, Stage.COMPLETE),
        (blob(copy_id="c2", copy_status="success"), OURS, Stage.STRANGER),
        (blob(copy_id="c1", copy_status="success"), Receipt(), Stage.STRANGER),
        (blob(copy_id="c1", copy_status="pending"), OURS, Stage.PENDING),
        (blob(copy_id="c2", copy_status="pending"), OURS, Stage.PENDING),
        (blob(copy_id="c1", copy_status="failed"), OURS, Stage.GIVEN_UP),
        (blob(copy_id="c1", copy_status="aborted"), OURS, Stage.GIVEN_UP),
        (blob(copy_id="c2", copy_status="failed"), OURS, Stage.MISSING),
    ],
)
def test_a_file_is_complete_by_the_app_s_own_receipt_alone(
    there: Blob | None, receipt: Receipt | None, expected: Stage
) -> None:
    kept = None if receipt is None else Receipt(etag=receipt.etag, copy_id=receipt.copy_id)

    assert stage(there, kept) is expected


def test_a_started_copy_that_succeeded_gives_its_receipt_the_etag() -> None:
    receipt = Receipt(copy_id="c1")

    stage(blob(copy_id="c1", copy_status="success"), receipt)

    assert receipt.etag == '"t"'


def test_a_copied_file_that_was_overwritten_is_a_stranger() -> None:
    receipt = Receipt(copy_id="c1", etag='"t"')

    assert stage(blob(etag='"u"'), receipt) is Stage.STRANGER


def test_records_are_kept_by_target_and_digest() -> None:
    kept = MemoryReceipts()
    record = CopyRecord(store="s", files={"x": Receipt(etag='"t"', failures=2)})
    save(kept, ASSET, "sha256:1", record)

    assert load(kept, ASSET, "sha256:1", "s") == record
    assert load(kept, ASSET.moved(Registry("prod")), "sha256:1", "s") == record
    assert load(kept, ASSET, "sha256:2", "s") == CopyRecord(store="s")


def test_a_record_of_another_container_has_no_receipts() -> None:
    kept = MemoryReceipts()
    record = CopyRecord(store="s", files={"x": Receipt()}, replicas={"r": {"a": '"1"'}})
    save(kept, ASSET, "sha256:1", record)

    assert load(kept, ASSET, "sha256:1", "other") == CopyRecord(
        store="other", replicas=record.replicas
    )
