"""The front of Azurite's blobs, driven by the real storage SDK over HTTPS."""

import datetime as dt
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceModifiedError
from azure.storage.blob import (
    BlobBlock,
    BlobServiceClient,
    ContainerClient,
    ContainerSasPermissions,
    generate_container_sas,
)

from sandbox.azurite import Azurite
from sandbox.config import Config

pytestmark = [pytest.mark.azurite, pytest.mark.usefixtures("blob_front")]

MIB = 1024 * 1024
NAMES = [
    "model/MLmodel",
    "with a space/and more.txt",
    "größe/模型.bin",
    "percent%2Fslash/plain+plus&and=equals;semi#hash?mark",
    "[brackets]/~tilde'quote!(x)*$@:,",
]


def sas(config: Config, account: str, container: str, *, write: bool) -> str:
    permission = ContainerSasPermissions(read=True, list=True, write=write, create=write)
    return generate_container_sas(
        account,
        container,
        account_key=config.account_keys[account],
        permission=permission,
        expiry=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1),
    )


def connect(
    config: Config,
    account: str,
    container: str,
    *,
    write: bool = True,
    by_port: bool = False,
) -> ContainerClient:
    """Return a client of one container through the front, holding a SAS and no key."""
    host = f"{account}.blob.localhost:{config.ports.blob_front}"
    if by_port:
        host = f"localhost:{config.ports.accounts[account]}"
    token = sas(config, account, container, write=write)
    address = f"https://{host}/{container}?{token}"
    return ContainerClient.from_container_url(
        address,
        connection_verify=str(config.ca_bundle),
        retry_total=0,
    )


@contextmanager
def peak_growth(process: psutil.Process) -> Iterator[list[int]]:
    """Collect by how many bytes a process is larger than at the start, every few milliseconds."""
    before = process.memory_info().rss
    samples = [0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            samples.append(process.memory_info().rss - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield samples
    finally:
        done.set()
        watcher.join()


@pytest.fixture
def container(sandbox_config: Config, azurite: Azurite) -> Iterator[str]:
    """A container of this name in two accounts, made past the front."""
    assert azurite.running
    name = f"c{uuid.uuid4().hex[:12]}"
    accounts = [
        BlobServiceClient.from_connection_string(sandbox_config.connection_string(account))
        for account in ("stdevreg1", "stprodreg1")
    ]
    for account in accounts:
        account.create_container(name)
    yield name
    for account in accounts:
        account.delete_container(name)
        account.close()


@pytest.mark.parametrize("by_port", [False, True], ids=["host style", "port style"])
@pytest.mark.parametrize("name", NAMES)
def test_a_blob_of_any_name_comes_back_as_it_was_sent(
    sandbox_config: Config,
    container: str,
    name: str,
    by_port: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    with connect(sandbox_config, "stdevreg1", container, by_port=by_port) as blobs:
        blobs.upload_blob(name, b"content", metadata={"Kept": "as is"})

        assert [blob.name for blob in blobs.list_blobs()] == [name]
        assert blobs.download_blob(name).readall() == b"content"
        assert blobs.get_blob_client(name).get_blob_properties().metadata == {"Kept": "as is"}


def test_a_blob_sent_through_the_front_lies_in_the_account_it_was_sent_to(
    sandbox_config: Config,
    container: str,
) -> None:
    with connect(sandbox_config, "stdevreg1", container) as blobs:
        blobs.upload_blob("only here", b"x")

    with connect(sandbox_config, "stprodreg1", container) as other:
        assert list(other.list_blobs()) == []


def test_a_range_is_answered_with_that_range(sandbox_config: Config, container: str) -> None:
    content = bytes(range(256))

    with connect(sandbox_config, "stdevreg1", container) as blobs:
        blobs.upload_blob("ranged", content)

        assert blobs.download_blob("ranged", offset=100, length=7).readall() == content[100:107]


def test_a_read_sas_does_not_write(sandbox_config: Config, container: str) -> None:
    with (
        connect(sandbox_config, "stdevreg1", container, write=False) as blobs,
        pytest.raises(HttpResponseError, match="AuthorizationPermissionMismatch"),
    ):
        blobs.upload_blob("forbidden", b"x")


@pytest.mark.parametrize("by_port", [False, True], ids=["host style", "port style"])
@pytest.mark.parametrize("name", NAMES)
def test_a_blob_is_copied_between_accounts_by_the_storage_itself(
    sandbox_config: Config,
    container: str,
    name: str,
    by_port: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    with (
        connect(sandbox_config, "stdevreg1", container, by_port=by_port) as source,
        connect(sandbox_config, "stprodreg1", container, by_port=by_port) as target,
    ):
        etag = source.upload_blob(name, b"approved").get_blob_properties().etag
        address = source.get_blob_client(name).url
        copy = target.get_blob_client(name)
        copy.start_copy_from_url(
            address,
            requires_sync=True,
            source_etag=etag,
            source_match_condition=MatchConditions.IfNotModified,
        )

        assert copy.download_blob().readall() == b"approved"
        copied_from = copy.get_blob_properties().copy.source
        host = f"https://stdevreg1.blob.localhost:{sandbox_config.ports.blob_front}/"
        assert copied_from is None or copied_from.startswith(host)


def test_a_source_that_changed_since_it_was_approved_is_not_copied(
    sandbox_config: Config,
    container: str,
) -> None:
    with (
        connect(sandbox_config, "stdevreg1", container) as source,
        connect(sandbox_config, "stprodreg1", container) as target,
    ):
        blob = source.upload_blob("model.pkl", b"approved")
        etag = blob.get_blob_properties().etag
        blob.upload_blob(b"changed", overwrite=True)

        with pytest.raises(ResourceModifiedError):
            target.get_blob_client("model.pkl").start_copy_from_url(
                blob.url,
                requires_sync=True,
                source_etag=etag,
                source_match_condition=MatchConditions.IfNotModified,
            )
        assert list(target.list_blobs()) == []


def test_a_large_blob_is_copied_block_by_block_by_the_storage_itself(
    sandbox_config: Config,
    container: str,
) -> None:
    content = os.urandom(3 * MIB)

    with (
        connect(sandbox_config, "stdevreg1", container) as source,
        connect(sandbox_config, "stprodreg1", container) as target,
    ):
        blob = source.upload_blob("large", content)
        if_match = {"x-ms-source-if-match": blob.get_blob_properties().etag}
        copy = target.get_blob_client("large")
        blocks = [BlobBlock(f"{index:032}") for index in range(3)]
        for index, block in enumerate(blocks):
            copy.stage_block_from_url(block.id, blob.url, index * MIB, MIB, headers=if_match)
        copy.commit_block_list(blocks)

        assert copy.download_blob().readall() == content


def test_64_mib_pass_both_ways_and_the_front_stays_small(
    sandbox_config: Config,
    container: str,
    blob_front: psutil.Process,
) -> None:
    content = os.urandom(MIB) * 64

    with connect(sandbox_config, "stdevreg1", container) as blobs:
        # In one request, so that the front could hold all of it.
        blobs._config.max_single_put_size = blobs._config.max_single_get_size = len(content)
        blobs.upload_blob("warm up", content[:MIB])
        with peak_growth(blob_front) as grown:
            blobs.upload_blob("large", content)
            received = blobs.download_blob("large").readall()

    assert received == content
    assert max(grown) < 16 * MIB
