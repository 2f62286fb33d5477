"""Models and data, registries and workspaces; who may, and what is refused."""

import uuid

import pytest

from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry, Workspace
from promotion.domain.errors import (
    BrokenError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RefusedError,
    RetryableError,
)
from sandbox.azureml.knobs import Fault, OperationFault
from sandbox.people import PEOPLE
from tests.contract.azureml.local_service import LocalService
from tests.contract.registries.copies import FOUR, Copy
from tests.contract.registries.worlds import DEV, FILES, PROD, WORKSPACE, LocalWorld, model

pytestmark = pytest.mark.azurite


def data(kind: str) -> AssetDescription:
    """Return a data asset of the development registry that no other test uses."""
    name = f"data-{uuid.uuid4().hex[:10]}"
    ref = AssetRef(home=DEV, kind=AssetKind.DATA, name=name, version="2026-03-01")
    return AssetDescription(ref=ref, type=kind, description="Trips.", tags={"month": "3"})


def in_workspace(local: LocalWorld) -> AssetRef:
    """Return a model registered in the development workspace, its files in the datastore."""
    asset = model().moved(WORKSPACE)
    path = f"LocalUpload/{uuid.uuid4().hex}/model"
    container = local._account("stdevws").get_container_client(datastore_container(local))
    for name, content in FILES.items():
        container.upload_blob(f"{path}/{name}", content)
    uri = f"{WORKSPACE.path}/datastores/workspaceblobstore/paths/{path}"
    local.put(asset, {"modelUri": f"azureml://{uri}", "modelType": "custom_model"})
    return asset


def datastore_container(local: LocalWorld) -> str:
    """Return the container of the development workspace's default datastore."""
    url = local._author.workspace("/datastores/workspaceblobstore")
    name = local._author.get(url).json()["properties"]["containerName"]
    return str(name)


def test_what_a_table_refers_to_is_carried_over(local: LocalWorld) -> None:
    description = data("mltable")
    local.register(description, {"MLTable": b"paths:\n  - file: ./a.csv\n"})
    found = local.document(description.ref)["properties"]
    references = ["./a.csv"]
    second = description.ref.moved(DEV, version="2")
    local.put(second, {**found, "referencedUris": references})

    copied(local, second)

    assert local.document(second.moved(PROD))["properties"]["referencedUris"] == references


@pytest.mark.parametrize("kind", ["uri_folder", "mltable"])
def test_folders_of_data_are_copied_like_models(local: LocalWorld, kind: str) -> None:
    files = {"MLTable": b"paths:\n  - file: ./a b.csv\n", "a b.csv": b"a,b\n1,2\n"}
    description = data(kind)
    local.register(description, files)
    copied(local, description.ref)

    found = local.registries.describe(description.ref.moved(PROD))

    assert local.content(description.ref.moved(PROD)) == files
    assert (found.type, found.description, found.tags) == (kind, "Trips.", {"month": "3"})


@pytest.mark.parametrize("name", ["trips 1.csv", "größe.csv", "100%.csv", "a#b.csv"])
def test_a_single_file_keeps_its_name(local: LocalWorld, name: str) -> None:
    description = data("uri_file")
    local.register(description, {name: b"a,b\n"})

    copied(local, description.ref)

    manifest = local.registries.read_manifest(description.ref.moved(PROD))
    assert [file.path for file in manifest.files] == [name]
    assert manifest.single_file


def test_a_workspace_s_model_is_described_and_read(local: LocalWorld) -> None:
    asset = in_workspace(local)

    assert local.registries.describe(asset).type == "custom_model"
    found = local.registries.read_manifest(asset)
    assert [file.path for file in found.files] == sorted(FILES, key=str.encode)


def test_a_workspace_s_model_can_be_copied_to_a_registry(local: LocalWorld) -> None:
    asset = in_workspace(local)

    copied(local, asset)

    assert local.content(asset.moved(PROD)) == FILES


def test_versions_of_a_workspace_are_listed(local: LocalWorld) -> None:
    asset = in_workspace(local)

    assert [each.version for each in local.registries.versions(asset)] == ["1"]
    assert local.registries.versions(model().moved(WORKSPACE)) == ()


def test_more_versions_than_a_page_holds_are_all_listed(local: LocalWorld) -> None:
    asset = model()
    local.register(AssetDescription(ref=asset, type="custom_model"), {"a": b"1"})
    properties = local.document(asset)["properties"]
    sent = {key: properties[key] for key in ("modelUri", "modelType")}
    for number in range(2, 34):
        local.put(asset.moved(DEV, version=str(number)), sent)

    found = {each.version for each in local.registries.versions(asset)}

    assert found == {str(number) for number in range(1, 34)}


def test_versions_tell_when_they_were_created(local: LocalWorld) -> None:
    asset = model()
    local.register(AssetDescription(ref=asset, type="custom_model"), {"a": b"1"})

    (found,) = local.registries.versions(asset)

    assert found.created_at == local.registries.describe(asset).created_at
    assert found.created_at is not None


@pytest.mark.parametrize(
    "home",
    [
        Registry("no-such-registry"),
        Workspace(WORKSPACE.subscription, WORKSPACE.resource_group, "no-such-workspace"),
    ],
    ids=["registry", "workspace"],
)
def test_versions_of_a_home_that_is_not_there_are_not_found(
    local: LocalWorld, home: Registry | Workspace
) -> None:
    with pytest.raises(NotFoundError):
        local.registries.versions(model().moved(home))


def test_an_identity_without_its_role_is_told_which_to_assign(local: LocalWorld) -> None:
    copy = Copy(local)
    reader = local.adapter(identity=PEOPLE["reader"])

    with pytest.raises(ForbiddenError) as caught:
        reader.transfer(copy.source, copy.manifest, copy.target)

    assert "AzureML Registry User" in caught.value.remedy
    assert "registry prod-mlops-registry" in str(caught.value)
    assert "the app's managed identity" in str(caught.value)


def test_files_are_promoted_into_registries_alone(local: LocalWorld) -> None:
    copy = Copy(local)

    with pytest.raises(InvalidError, match="workspace"):
        local.registries.transfer(copy.source, copy.manifest, copy.source.moved(WORKSPACE))


def test_a_registry_that_gives_no_signatures_is_refused(
    local: LocalWorld, cloud: LocalService
) -> None:
    copy = Copy(local)
    cloud.service.knobs.change({"no_credentials": True})

    with pytest.raises(RefusedError, match="NoCredentials"):
        local.registries.read_manifest(copy.source)


def test_an_operation_that_fails_creates_nothing(local: LocalWorld, cloud: LocalService) -> None:
    copy = Copy(local)
    copy.transfer()
    cloud.service.knobs.operation_faults.append(OperationFault(asset=copy.source.name))

    with pytest.raises((BrokenError, RetryableError)):
        copy.create()

    with pytest.raises(NotFoundError):
        local.registries.describe(copy.target)


def test_a_creation_that_succeeded_unseen_is_success(local: LocalWorld) -> None:
    copy = Copy(local)
    copy.transfer()
    copy.create()

    assert copy.create().ref == copy.target
    assert copy.transfer().complete


def test_sharing_brings_a_workspace_s_model_to_a_registry(local: LocalWorld) -> None:
    asset = in_workspace(local)

    found = local.registries.share(asset, asset.moved(DEV))

    assert found.ref == asset.moved(DEV)
    assert found.origin.endswith(f"/models/{asset.name}/versions/1")
    assert local.content(asset.moved(DEV)) == FILES


def test_sharing_twice_is_sharing_once(local: LocalWorld) -> None:
    asset = in_workspace(local)
    first = local.registries.share(asset, asset.moved(DEV))

    assert local.registries.share(asset, asset.moved(DEV)) == first


def test_sharing_over_another_asset_is_a_conflict(local: LocalWorld) -> None:
    asset = in_workspace(local)
    local.register(AssetDescription(ref=asset.moved(DEV), type="custom_model"), FOUR)

    with pytest.raises(ConflictError, match="already"):
        local.registries.share(asset, asset.moved(DEV))


def test_sharing_over_a_deleted_version_is_a_conflict(local: LocalWorld) -> None:
    asset = in_workspace(local)
    local.registries.share(asset, asset.moved(DEV))
    local.delete(asset.moved(DEV))

    with pytest.raises(ConflictError, match="deleted"):
        local.registries.share(asset, asset.moved(DEV))


def test_sharing_that_takes_long_is_asked_again(local: LocalWorld, cloud: LocalService) -> None:
    asset = in_workspace(local)
    cloud.service.knobs.change({"operation_delay": 1.5, "operation_hold": 0.0})
    hurried = local.adapter(call_seconds=0.2)

    with pytest.raises(RetryableError, match="not done"):
        hurried.share(asset, asset.moved(DEV))
    with pytest.raises(RetryableError, match="being created"):
        hurried.share(asset, asset.moved(DEV))

    cloud.service.knobs.clear()
    assert eventually(local, asset).origin


def test_a_component_is_not_shared(local: LocalWorld) -> None:
    asset = AssetRef(home=WORKSPACE, kind=AssetKind.COMPONENTS, name="x", version="1")

    with pytest.raises(RefusedError, match="components"):
        local.registries.share(asset, asset.moved(DEV))


def test_sharing_what_is_not_there_is_not_found(local: LocalWorld) -> None:
    asset = model().moved(WORKSPACE)

    with pytest.raises(NotFoundError):
        local.registries.share(asset, asset.moved(DEV))


def test_a_discovery_that_fails_is_asked_later(local: LocalWorld, cloud: LocalService) -> None:
    cloud.service.knobs.faults.append(Fault(path="/discovery", status=503, times=99))

    with pytest.raises(RetryableError, match="looking up registry"):
        local.registries.describe(model())


def copied(local: LocalWorld, source: AssetRef) -> None:
    """Copy an asset to the production registry."""
    worker = local.registries
    manifest = worker.read_manifest(source)
    assert worker.transfer(source, manifest, source.moved(PROD)).complete
    worker.create(worker.describe(source), manifest, source.moved(PROD), {})


def eventually(local: LocalWorld, asset: AssetRef) -> AssetDescription:
    """Return the shared version once the registry has it."""
    for _ in range(100):
        try:
            return local.registries.share(asset, asset.moved(DEV))
        except RetryableError:
            continue
    pytest.fail("the share did not end")
