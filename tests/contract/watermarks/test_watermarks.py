"""The contract of the port `Watermarks`: every implementation keeps the same promises."""

import datetime as dt
import uuid

import pytest
from azure.storage.blob import BlobServiceClient

from promotion.adapters.memory import MemoryWatermarks
from promotion.adapters.watermarks import BlobWatermarks, _name
from promotion.domain.errors import DamagedError
from promotion.ports import Watermark, Watermarks
from sandbox.azurite import Azurite
from sandbox.config import Config

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
MARK = Watermark(floor=NOW, upto=NOW, whole_at=NOW, latest={"größe/../x": "1"})


@pytest.fixture(params=["memory", pytest.param("blobs", marks=pytest.mark.azurite)])
def watermarks(request: pytest.FixtureRequest) -> Watermarks:
    """One implementation, with nothing kept."""
    if request.param == "memory":
        return MemoryWatermarks()
    azurite: Azurite = request.getfixturevalue("azurite")
    assert azurite.running
    return BlobWatermarks(
        service(request.getfixturevalue("sandbox_config")),
        container=f"w{uuid.uuid4().hex[:12]}",
    )


def service(config: Config) -> BlobServiceClient:
    """Return a client of Azurite's blobs."""
    return BlobServiceClient.from_connection_string(config.connection_string())


def test_nothing_is_there_before_something_is_kept(watermarks: Watermarks) -> None:
    assert watermarks.get("source/dev/models") is None


def test_what_was_kept_last_is_there(watermarks: Watermarks) -> None:
    watermarks.put("source/dev/models", MARK)
    later = Watermark(floor=NOW, upto=NOW + dt.timedelta(hours=1), whole_at=NOW)

    watermarks.put("source/dev/models", later)

    assert watermarks.get("source/dev/models") == later


def test_keys_do_not_meet(watermarks: Watermarks) -> None:
    watermarks.put("source/dev/models", MARK)

    assert watermarks.get("target/dev/models") is None
    assert watermarks.get("source/dev/models") == MARK


@pytest.mark.azurite
def test_a_watermark_that_cannot_be_read_is_named_with_what_to_do(
    azurite: Azurite, sandbox_config: Config
) -> None:
    assert azurite.running
    container = f"w{uuid.uuid4().hex[:12]}"
    kept = BlobWatermarks(service(sandbox_config), container=container)
    kept.put("key", MARK)
    blobs = service(sandbox_config).get_container_client(container)
    blobs.upload_blob(_name("key"), b"{", overwrite=True)

    with pytest.raises(DamagedError, match="Delete the blob"):
        kept.get("key")
