"""A registry answers with replicas in turn: a copy uses the approved one, or proves another."""

import hashlib
import re
from collections.abc import Callable

import pytest

from promotion.adapters.azureml import AzureMLRegistries
from promotion.domain.errors import BrokenError, RetryableError, StaleError
from tests.contract.registries.copies import Copy
from tests.contract.registries.front import Front
from tests.contract.registries.worlds import LocalWorld

pytestmark = pytest.mark.azurite


def elsewhere(copy: Copy, **settings: int) -> AzureMLRegistries:
    """Return a worker that the service will lead to another replica than the approved one."""
    worker = copy.worker(replica_tries=0, **settings)
    for _ in range(20):
        if worker._connections.to_read(copy.source).grant.store == copy.manifest.store:
            return worker
    pytest.fail("the service never answered with the approved replica")


def test_a_manifest_names_the_replica_whose_etags_it_has(local: LocalWorld) -> None:
    copy = Copy(local)

    account, _, container = copy.manifest.store.partition("/")

    assert container.startswith("dev-mlops-registry-")
    assert account.startswith("localhost:")


def test_replicas_have_one_digest_and_etags_of_their_own(local: LocalWorld) -> None:
    copy = Copy(local)
    reads = [local.registries.read_manifest(copy.source) for _ in range(12)]

    stores = {manifest.store: manifest for manifest in reads}

    assert len(stores) == 2
    one, other = stores.values()
    assert one.digest == other.digest
    assert {file.etag for file in one.files}.isdisjoint(file.etag for file in other.files)


def test_a_copy_leads_back_to_the_approved_replica(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)
    front.reset()

    assert copy.transfer().complete

    assert front.content_bytes == 0


def test_another_replica_is_read_once_and_copied_by_its_own_etags(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local)
    worker = elsewhere(copy, call_seconds=0)
    front.reset()

    worker.transfer(copy.source, copy.manifest, copy.target)
    read = front.content_bytes
    while not copy.transfer(elsewhere(copy)).complete:
        pass
    copy.create()

    assert read == copy.manifest.size
    assert front.content_bytes == read
    assert copy.arrived()


def test_a_replica_that_lacks_files_is_waited_for(local: LocalWorld) -> None:
    copy = Copy(local)
    for container, root in local.replicas(copy.source):
        if not is_approved(copy, container.get_blob_client(f"{root}/part-1.bin")):
            container.delete_blob(f"{root}/part-1.bin")
    worker = elsewhere(copy)

    with pytest.raises(RetryableError, match="part-1"):
        worker.transfer(copy.source, copy.manifest, copy.target)


def test_a_replica_with_other_content_is_not_the_approved_source(local: LocalWorld) -> None:
    copy = Copy(local)
    local.change(copy.source, {"part-1.bin": b"other"})
    worker = elsewhere(copy)

    with pytest.raises(StaleError, match="part-1"):
        worker.transfer(copy.source, copy.manifest, copy.target)


def is_approved(copy: Copy, blob: object) -> bool:
    """Whether a blob is the one of the manifest's replica."""
    properties = blob.get_blob_properties()  # type: ignore[attr-defined]  # a BlobClient
    return properties.etag in {file.etag for file in copy.manifest.files}


def test_the_digest_of_a_replica_is_that_of_the_files(local: LocalWorld) -> None:
    copy = Copy(local)
    lines = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {path}\n"
        for path, content in sorted(copy.files.items())
    )

    assert copy.manifest.digest == f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def without(name: bytes) -> Callable[[bytes], bytes]:
    """Return what takes a blob off a list, as a region has it where that has not arrived."""
    entry = re.compile(rb"<Blob><Name>[^<]*" + re.escape(name) + rb"</Name>.*?</Blob>", re.DOTALL)
    return lambda body: entry.sub(b"", body)


def nothing(body: bytes) -> bytes:
    """Return a list without any blob."""
    return re.sub(rb"<Blobs>.*</Blobs>", b"<Blobs></Blobs>", body, flags=re.DOTALL)


@pytest.mark.parametrize("lacking", [without(b"part-1.bin"), nothing])
def test_a_region_that_does_not_show_all_of_a_new_version_yet_is_waited_for(
    local: LocalWorld, front: Front, lacking: Callable[[bytes], bytes]
) -> None:
    copy = Copy(local)
    assert copy.transfer().complete
    # The first list is of what has arrived; the region that lists the version lags behind.
    front.plan(query="comp=list", skip=1, times=2, rewrite=lacking)

    with pytest.raises(RetryableError, match="does not show"):
        copy.create()

    front.reset()
    assert copy.transfer().complete
    assert copy.create().ref == copy.target
    assert copy.arrived()


def test_a_file_too_many_in_a_new_version_is_told_and_the_version_archived(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local)
    assert copy.transfer().complete
    front.plan(
        query="comp=list", skip=1, rewrite=lambda body: body.replace(b"part-1.bin", b"other.bin")
    )

    with pytest.raises(BrokenError, match=r"not the approved ones.*and archived"):
        copy.create()

    assert local.registries.describe(copy.target).archived


def test_a_new_version_that_cannot_be_looked_at_is_told_and_left_as_it_is(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local)
    assert copy.transfer().complete
    front.plan(query="comp=list", skip=1, status=400, code="InvalidQueryParameterValue")

    with pytest.raises(BrokenError):
        copy.create()

    assert not local.registries.describe(copy.target).archived
