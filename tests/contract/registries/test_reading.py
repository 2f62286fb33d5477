"""Reading manifests from real storage: folders, single files, odd names, changes, faults."""

import datetime as dt
import time

import pytest

from promotion.domain.assets import AssetDescription, AssetKind, AssetRef
from promotion.domain.errors import InvalidError, RetryableError
from sandbox.azureml.knobs import Fault
from tests.contract.azureml.local_service import LocalService
from tests.contract.registries.copies import Copy
from tests.contract.registries.front import Front
from tests.contract.registries.worlds import LocalWorld, model

pytestmark = pytest.mark.azurite


def put(local: LocalWorld, blobs: dict[str, bytes], root: str, **metadata: str) -> AssetRef:
    """Register a model over `root` in a container with exactly these blobs."""
    asset = model()
    container, uri = local._upload_place(asset)
    for name, content in blobs.items():
        container.upload_blob(name, content, metadata=metadata if not content else None)
    local.put(asset, {"modelUri": f"{uri}/{root}" if root else uri, "modelType": "custom_model"})
    return asset


def paths(local: LocalWorld, asset: AssetRef) -> list[str]:
    """Return the paths in an asset's manifest."""
    return [file.path for file in local.registries.read_manifest(asset).files]


def test_a_single_file_is_an_asset(local: LocalWorld) -> None:
    asset = put(local, {"up/model 1.pkl": b"x", "up/model 1.pkl.bak": b"y"}, "up/model 1.pkl")

    manifest = local.registries.read_manifest(asset)

    assert [file.path for file in manifest.files] == ["model 1.pkl"]
    assert manifest.single_file


def test_an_address_with_percent_encoding_finds_its_file(local: LocalWorld) -> None:
    asset = put(local, {"up/größe 1.pkl": b"x"}, "up/gr%C3%B6%C3%9Fe%201.pkl")

    assert paths(local, asset) == ["größe 1.pkl"]


def test_neighbours_of_a_folder_are_not_its_files(local: LocalWorld) -> None:
    asset = put(local, {"up/model/a": b"1", "up/model2/b": b"2", "up/model.txt": b"3"}, "up/model")

    assert paths(local, asset) == ["a"]


def test_a_container_may_be_the_folder(local: LocalWorld) -> None:
    asset = put(local, {"a": b"1", "b/c": b"2"}, "")

    assert paths(local, asset) == ["a", "b/c"]


def test_stand_ins_for_folders_are_not_files(local: LocalWorld) -> None:
    blobs = {"m/empty": b"", "m/also empty/": b"", "m/a": b"1", "m": b""}
    asset = put(local, blobs, "m", hdi_isfolder="true")

    assert paths(local, asset) == ["a"]


def test_a_folder_that_is_a_file_too_is_refused(local: LocalWorld) -> None:
    asset = put(local, {"m": b"file", "m/a": b"1"}, "m")

    with pytest.raises(InvalidError, match="at once"):
        local.registries.read_manifest(asset)


def test_a_name_that_is_no_path_is_refused(local: LocalWorld) -> None:
    asset = put(local, {"m/a//b": b"1"}, "m")

    with pytest.raises(InvalidError, match="no path"):
        local.registries.read_manifest(asset)


def test_files_larger_than_one_range_are_hashed_in_order(local: LocalWorld) -> None:
    content = {f"f{n}": bytes((n + i) % 251 for i in range(1000)) * 997 for n in range(3)}
    copy = Copy(local, files=content)

    manifest = copy.worker(read_range=70_001, memory=5 * 70_001).read_manifest(copy.source)

    assert manifest.digest == copy.manifest.digest


def test_a_connection_that_breaks_off_is_taken_up_again(local: LocalWorld, front: Front) -> None:
    copy = Copy(local, files={"large.bin": bytes(range(256)) * 4000})
    front.plan(method="GET", path="large.bin", times=2, cut_after=5000)

    assert local.registries.read_manifest(copy.source).digest == copy.manifest.digest


def test_a_file_that_changes_while_it_is_read_is_noticed(local: LocalWorld, front: Front) -> None:
    copy = Copy(local)

    def change() -> None:
        local.change(copy.source, {"part-2.bin": b"other"})

    front.plan(method="GET", path="part-2", before=change)

    with pytest.raises(RetryableError, match="changed"):
        local.registries.read_manifest(copy.source)


def test_reading_outlives_the_signature(
    local: LocalWorld, front: Front, cloud: LocalService
) -> None:
    copy = Copy(local, files={f"part-{number}": b"x" for number in range(9)})
    cloud.service.knobs.change({"sas_lifetime": 4.0})
    front.plan(method="GET", path="part-", times=9, before=lambda: time.sleep(0.6))
    started = time.monotonic()

    manifest = copy.worker(parallel=1).read_manifest(copy.source)

    assert manifest.digest == copy.manifest.digest
    assert time.monotonic() - started > 4


def test_a_busy_service_is_asked_later(local: LocalWorld, cloud: LocalService) -> None:
    copy = Copy(local)
    plan_faults(cloud, status=429, retry_after=31)
    started = time.monotonic()

    with pytest.raises(RetryableError, match="429") as caught:
        local.registries.describe(copy.source)

    assert caught.value.after == dt.timedelta(seconds=31)
    assert time.monotonic() - started < 10


def test_an_asset_of_data_is_read_like_a_model(local: LocalWorld) -> None:
    asset = model()
    data = AssetRef(home=asset.home, kind=AssetKind.DATA, name=asset.name, version="1")
    local.register(AssetDescription(ref=data, type="uri_file"), {"trips 1.csv": b"a,b\n"})

    manifest = local.registries.read_manifest(data)

    assert manifest.single_file
    assert [file.path for file in manifest.files] == ["trips 1.csv"]


def plan_faults(cloud: LocalService, *, status: int, retry_after: int | None = None) -> None:
    """Let the service refuse the next calls for a model's version."""
    fault = Fault(path="/models/", status=status, times=99, retry_after=retry_after)
    cloud.service.knobs.faults.append(fault)
