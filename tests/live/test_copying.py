"""What storage does between two registries: which ways of copying work, and what they carry."""

from dataclasses import dataclass

import pytest
from azure.core.exceptions import HttpResponseError

from promotion.adapters.azureml import AzureMLRegistries
from promotion.adapters.azureml.store import source_unchanged
from promotion.adapters.azureml.ways import WAYS
from promotion.domain.assets import AssetRef
from promotion.domain.manifest import Manifest
from tests.live.conftest import make_adapter
from tests.live.report import Report, Verdict
from tests.live.surroundings import Surroundings

pytestmark = pytest.mark.live

_CALLS = 60


@dataclass
class Journey:
    """One copy that is about to be made."""

    adapter: AzureMLRegistries
    source: AssetRef
    target: AssetRef
    manifest: Manifest

    def travel(self) -> None:
        """Copy until everything is there.

        Raises:
            TimeoutError: it was not after as many calls as a promotion would hardly make.
        """
        for _ in range(_CALLS):
            if self.adapter.transfer(self.source, self.manifest, self.target).complete:
                return
        raise TimeoutError(f"{self.target.id} had not arrived after {_CALLS} calls")

    @property
    def accounts(self) -> tuple[str, str]:
        """The endpoints between which it goes."""
        connections = self.adapter._connections
        source = connections.to_read(self.source, store=self.manifest.store)
        return source.grant.endpoint, connections.to_write(self.target).grant.endpoint

    @property
    def way(self) -> str:
        """The way that storage did not refuse."""
        return WAYS[self.adapter._connections.detours.first(self.accounts)].__name__


def journey(
    adapter: AzureMLRegistries, place: Surroundings, source: AssetRef, what: str
) -> Journey:
    """Return a copy of `source` into the target registry."""
    return Journey(adapter, source, place.asset(what, place.target), adapter.read_manifest(source))


def test_copying_whole_files_at_once(
    place: Surroundings, report: Report, model: AssetRef, adapter: AzureMLRegistries
) -> None:
    copy = journey(adapter, place, model, "whole")
    copy.travel()

    report.settle(
        "Does storage copy whole files at once (Copy Blob From URL)?",
        assumed="yes; else block by block, else through this process",
        did=f"arrived by {copy.way}",
        expected=copy.way == "copy_whole",
    )


def test_copying_whole_files_in_storage_s_own_time(
    place: Surroundings, report: Report, model: AssetRef
) -> None:
    copy = journey(make_adapter(place, sync_limit=-1), place, model, "started")
    copy.travel()

    report.settle(
        "Does storage copy whole files in its own time (Copy Blob), as those over 256 MiB need?",
        assumed="yes; else block by block, else through this process",
        did=f"arrived by {copy.way}",
        expected=copy.way == "copy_whole",
    )


def test_copying_block_by_block(
    place: Surroundings, report: Report, model: AssetRef, adapter: AzureMLRegistries
) -> None:
    copy = journey(adapter, place, model, "blocks")
    adapter._connections.detours.refuse(copy.accounts, 0)
    copy.travel()

    report.settle(
        "Does storage copy block by block (Put Block From URL)?",
        assumed="yes; else through this process",
        did=f"arrived by {copy.way}",
        expected=copy.way == "copy_blocks",
    )


def test_copying_a_file_that_changed(
    place: Surroundings, report: Report, model: AssetRef, adapter: AzureMLRegistries
) -> None:
    copy = journey(adapter, place, model, "changed")
    connections = adapter._connections
    source = connections.to_read(model, store=copy.manifest.store)
    blob = next(iter(source.list("")))
    into = connections.to_write(copy.target).client("changed")
    try:
        into.start_copy_from_url(source.signed_url(blob.name), **source_unchanged('"0x0"'))
        did = "copied all the same"
    except HttpResponseError as error:
        did = f"{error.status_code}"

    report.settle(
        "Is a copy refused when the source has another ETag than the approved one?",
        assumed="yes, with 412: what is copied is what was approved",
        did=did,
        expected=did == "412",
        otherwise=Verdict.CHANGE,
    )


def test_a_whole_promotion(
    place: Surroundings, report: Report, model: AssetRef, adapter: AzureMLRegistries
) -> None:
    copy = journey(adapter, place, model, "promoted")
    copy.travel()
    lineage = {"promotion.request": "live", "promotion.digest": copy.manifest.digest}
    made = adapter.create(adapter.describe(model), copy.manifest, copy.target, lineage)
    arrived = adapter.read_manifest(copy.target)
    lineage_kept = lineage.items() <= made.properties.items()

    report.settle(
        "Does a model arrive exactly, with its lineage?",
        assumed="yes: every path, size and SHA-256, and the properties",
        did=f"digest {'the same' if arrived.digest == copy.manifest.digest else 'ANOTHER'}, "
        f"lineage {'there' if lineage_kept else 'MISSING'}, type {made.type}",
        expected=arrived.digest == copy.manifest.digest and lineage_kept,
        otherwise=Verdict.CHANGE,
    )


def test_checksums_travel(
    place: Surroundings, report: Report, model: AssetRef, adapter: AzureMLRegistries
) -> None:
    copy = journey(adapter, place, model, "checksums")
    copy.travel()
    sent = {file.md5 for file in copy.manifest.files if file.md5}
    store = adapter._connections.to_write(copy.target)
    arrived = {blob.md5 for blob in store.list("") if blob.md5}

    report.settle(
        "Do copied files keep the MD5 of their source?",
        assumed="yes; an MD5 that differs is refused, one that is missing is not",
        did=f"{len(sent & arrived)} of {len(sent)}, {len(arrived - sent)} others",
        expected=sent <= arrived,
        otherwise=Verdict.CHANGE if arrived - sent else Verdict.COPES,
    )


def test_a_signature_to_write_deletes_nothing(
    place: Surroundings, report: Report, model: AssetRef, adapter: AzureMLRegistries
) -> None:
    copy = journey(adapter, place, model, "kept")
    copy.travel()
    store = adapter._connections.to_write(copy.target)
    name = next(iter(store.list(""))).name
    try:
        store.client(name).delete_blob()
        did = "deleted"
    except HttpResponseError as error:
        did = f"{error.status_code}"

    report.settle(
        "May the signature to write delete files?",
        assumed="no; leftovers stay, and the app writes beside them",
        did=did,
        expected=did == "403",
    )
