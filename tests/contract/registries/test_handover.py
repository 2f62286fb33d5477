"""Workspaces' assets that registries import themselves: compared before it is asked for, and after."""

import threading
import time
import uuid

import pytest

from promotion.adapters.azureml import AzureMLRegistries
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.errors import BrokenError, ConflictError, NotFoundError, StaleError
from promotion.domain.manifest import Manifest
from tests.contract.azureml.local_service import LocalService
from tests.contract.registries.front import Front
from tests.contract.registries.test_kinds_and_homes import in_workspace
from tests.contract.registries.worlds import DEV, FILES, PROD, WORKSPACE, LocalWorld

pytestmark = pytest.mark.azurite

LINEAGE = {"promotion.request": "r", "promotion.digest": "sha256:x"}


@pytest.fixture
def sharing(local: LocalWorld) -> AzureMLRegistries:
    """An adapter that is told to have workspaces' assets shared."""
    return local.adapter(share=True)


def change(local: LocalWorld, asset: AssetRef) -> None:
    """Write a file of a workspace's model anew, as everybody may who works there."""
    grant = local.registries._connections.to_read(asset).grant
    container = local._account("stdevws").get_container_client(grant.container)
    container.upload_blob(f"{grant.root}/model.pkl", b"other", overwrite=True)


def unique(kind: AssetKind) -> AssetRef:
    """Return an asset of the workspace that no other test uses."""
    name = f"{kind.singular}-{uuid.uuid4().hex[:10]}"
    return AssetRef(home=WORKSPACE, kind=kind, name=name, version="1")


def workspace_url(local: LocalWorld, asset: AssetRef) -> str:
    """Return the address of a workspace's asset."""
    return local._author.workspace(f"/{asset.kind}/{asset.name}/versions/{asset.version}")


def hand_over(sharing: AzureMLRegistries, asset: AssetRef, manifest: Manifest) -> None:
    """Transfer until it is done, and create."""
    for _ in range(100):
        if sharing.transfer(asset, manifest, asset.moved(PROD)).complete:
            break
    sharing.create(sharing.describe(asset), manifest, asset.moved(PROD), LINEAGE)


def test_what_is_shared_is_the_approved_content_with_its_lineage(
    local: LocalWorld, sharing: AzureMLRegistries, front: Front
) -> None:
    asset = in_workspace(local)
    manifest = sharing.read_manifest(asset)
    front.reset()

    hand_over(sharing, asset, manifest)

    found = sharing.describe(asset.moved(PROD))
    assert local.content(asset.moved(PROD)) == FILES
    assert LINEAGE.items() <= found.properties.items()
    assert found.origin.endswith(f"/models/{asset.name}/versions/1")
    assert front.copies == []


def test_data_is_shared_like_models(local: LocalWorld, sharing: AzureMLRegistries) -> None:
    uri = local._author.get(workspace_url(local, in_workspace(local))).json()["properties"]
    asset = unique(AssetKind.DATA)
    local.put(asset, {"dataType": "uri_folder", "dataUri": uri["modelUri"]})

    for _ in range(2):
        hand_over(sharing, asset, sharing.read_manifest(asset))

    assert local.content(asset.moved(PROD)) == FILES
    assert sharing.describe(asset.moved(PROD)).type == "uri_folder"


def test_environments_are_shared_by_their_definition(
    local: LocalWorld, sharing: AzureMLRegistries
) -> None:
    asset = unique(AssetKind.ENVIRONMENTS)
    local.put(asset, {"image": "mcr.microsoft.com/base:1", "condaFile": "dependencies:\n  - a=1\n"})
    manifest = sharing.read_manifest(asset)

    for _ in range(2):
        hand_over(sharing, asset, manifest)

    assert sharing.read_manifest(asset.moved(PROD)).digest == manifest.digest


def test_sharing_is_asked_for_by_the_setting_alone(local: LocalWorld, front: Front) -> None:
    asset = in_workspace(local)
    manifest = local.registries.read_manifest(asset)
    front.reset()

    hand_over(local.registries, asset, manifest)

    assert local.registries.describe(asset.moved(PROD)).origin == ""
    assert len(front.copies) == len(FILES)


def test_what_comes_from_registries_is_copied_all_the_same(
    local: LocalWorld, sharing: AzureMLRegistries, front: Front
) -> None:
    from_workspace = in_workspace(local)
    asset = from_workspace.moved(DEV)
    local.registries.share(from_workspace, asset)
    manifest = sharing.read_manifest(asset)
    front.reset()

    hand_over(sharing, asset, manifest)

    assert len(front.copies) == len(FILES)


def test_handing_over_twice_is_handing_over_once(
    local: LocalWorld, sharing: AzureMLRegistries
) -> None:
    asset = in_workspace(local)
    manifest = sharing.read_manifest(asset)
    hand_over(sharing, asset, manifest)
    before = local.document(asset.moved(PROD))["systemData"]

    hand_over(local.adapter(share=True), asset, manifest)

    assert local.document(asset.moved(PROD))["systemData"] == before


def test_an_import_that_takes_long_is_a_copy_under_way(
    local: LocalWorld, cloud: LocalService
) -> None:
    asset = in_workspace(local)
    manifest = local.registries.read_manifest(asset)
    cloud.service.knobs.change({"operation_delay": 1.0, "operation_hold": 0.0})
    hurried = local.adapter(share=True, call_seconds=0.1)

    first = hurried.transfer(asset, manifest, asset.moved(PROD))
    cloud.service.knobs.clear()

    assert (first.files, first.files_done, first.bytes_done) == (len(FILES), 0, 0)
    hand_over(local.adapter(share=True), asset, manifest)
    assert local.content(asset.moved(PROD)) == FILES


def test_a_source_that_changed_before_is_not_imported(
    local: LocalWorld, sharing: AzureMLRegistries
) -> None:
    asset = in_workspace(local)
    manifest = sharing.read_manifest(asset)
    change(local, asset)

    with pytest.raises(StaleError, match=r"changed: 'model\.pkl'"):
        sharing.transfer(asset, manifest, asset.moved(PROD))

    with pytest.raises(NotFoundError):
        sharing.describe(asset.moved(PROD))


def test_a_source_that_changed_meanwhile_fails_loudly_and_is_archived(
    local: LocalWorld,
    sharing: AzureMLRegistries,
    cloud: LocalService,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asset = in_workspace(local)
    manifest = sharing.read_manifest(asset)
    cloud.service.knobs.change({"operation_delay": 2.0})
    asking = threading.Thread(target=sharing.transfer, args=(asset, manifest, asset.moved(PROD)))
    asking.start()
    _wait_for_operation(cloud, asset)
    change(local, asset)
    asking.join(60)
    cloud.service.knobs.clear()

    with pytest.raises(BrokenError, match="It is there, and archived") as caught:
        hand_over(sharing, asset, manifest)

    assert manifest.digest in caught.value.problem
    assert "Delete that version" in caught.value.remedy
    found = sharing.describe(asset.moved(PROD))
    assert found.archived
    assert not LINEAGE.items() <= found.properties.items()
    assert "other content than was approved" in caplog.text


def test_a_source_that_changed_while_it_is_imported_is_waited_for(
    local: LocalWorld, cloud: LocalService
) -> None:
    asset = in_workspace(local)
    manifest = local.registries.read_manifest(asset)
    cloud.service.knobs.change({"operation_delay": 20.0, "operation_hold": 0.0})
    hurried = local.adapter(share=True, call_seconds=0.1)
    hurried.transfer(asset, manifest, asset.moved(PROD))
    change(local, asset)

    again = hurried.transfer(asset, manifest, asset.moved(PROD))

    assert not again.complete


def test_an_environment_from_elsewhere_is_a_conflict_and_stays(
    local: LocalWorld, sharing: AzureMLRegistries
) -> None:
    asset = unique(AssetKind.ENVIRONMENTS)
    local.put(asset, {"image": "mcr.microsoft.com/base:1"})
    local.put(asset.moved(PROD), {"image": "mcr.microsoft.com/other:1"})
    manifest = sharing.read_manifest(asset)

    with pytest.raises(ConflictError, match="already, from elsewhere"):
        sharing.transfer(asset, manifest, asset.moved(PROD))
    with pytest.raises(BrokenError, match="not archived"):
        sharing.create(sharing.describe(asset), manifest, asset.moved(PROD), LINEAGE)

    assert not sharing.describe(asset.moved(PROD)).archived


def test_a_version_from_elsewhere_is_a_conflict(
    local: LocalWorld, sharing: AzureMLRegistries
) -> None:
    asset, other = in_workspace(local), in_workspace(local)
    manifest = sharing.read_manifest(asset)
    change(local, other)
    local.registries.share(other, asset.moved(PROD))

    with pytest.raises(ConflictError, match="already, from"):
        sharing.transfer(asset, manifest, asset.moved(PROD))


def _wait_for_operation(cloud: LocalService, asset: AssetRef) -> None:
    until = time.monotonic() + 30
    known = cloud.service.operations._known
    while not any(asset.name in each.partition for each in list(known.values())):
        assert time.monotonic() < until, "no import was asked for"
        time.sleep(0.02)
