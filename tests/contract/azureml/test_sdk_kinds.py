"""azure-ai-ml alone against the service: environments, data and components."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.storage.blob import ContainerClient

from sandbox.people import PEOPLE, Identity
from tests.contract.azureml import sdk_assets
from tests.contract.azureml.calls import Calls
from tests.contract.azureml.sdk_assets import Make, operations

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

pytestmark = pytest.mark.azurite

DEV = "dev-mlops-registry"
WORKSPACE = "dev-mlops-workspace"
type Sdk = Callable[..., MLClient]


class Case(NamedTuple):
    """A kind of asset and how one is made."""

    kind: str
    make: Make


CASES = {
    "image environment": Case("environments", sdk_assets.image_environment),
    "context environment": Case("environments", sdk_assets.context_environment),
    "file data": Case("data", sdk_assets.file_data),
    "folder data": Case("data", sdk_assets.folder_data),
    "table data": Case("data", sdk_assets.table_data),
    "component": Case("components", sdk_assets.component),
}
SHAREABLE = {name: case for name, case in CASES.items() if case.kind != "components"}


@pytest.fixture(params=[WORKSPACE, DEV])
def client(request: pytest.FixtureRequest, sdk: Sdk) -> "MLClient":
    """The author in the workspace, then in the registry."""
    place = "workspace" if request.param == WORKSPACE else "registry"
    return sdk(PEOPLE["author"], **{place: request.param})


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_asset_is_created_read_listed_and_found_by_label(
    case: Case, client: "MLClient", name: str, tmp_path: Path
) -> None:
    assets = operations(client, case.kind)
    made = assets.create_or_update(case.make(client, name, "4", tmp_path))
    read = assets.get(name, version="4")

    assert (made.name, made.version, made.id) == (name, "4", read.id)
    assert read.description == made.description is not None
    assert [one.version for one in assets.list(name=name)] == ["4"]
    assert name in {one.name for one in assets.list()}
    assert assets.get(name, label="latest").version == "4"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_archived_asset_is_not_listed_until_it_is_restored(
    case: Case, client: "MLClient", name: str, tmp_path: Path
) -> None:
    assets = operations(client, case.kind)
    assets.create_or_update(case.make(client, name, "1", tmp_path))

    assets.archive(name, version="1")
    assert list(assets.list(name=name)) == []
    assets.restore(name, version="1")
    assert [one.version for one in assets.list(name=name)] == ["1"]


@pytest.mark.parametrize("kind", ["environments", "data", "components"])
def test_an_unknown_asset_is_not_found(kind: str, client: "MLClient", name: str) -> None:
    with pytest.raises((ResourceNotFoundError, HttpResponseError)) as refused:
        operations(client, kind).get(name, version="1")

    assert refused.value.status_code == 404


@pytest.mark.parametrize("case", SHAREABLE.values(), ids=SHAREABLE)
def test_a_shared_asset_keeps_its_description_and_is_shared_once(
    case: Case, sdk: Sdk, name: str, tmp_path: Path
) -> None:
    from azure.ai.ml.exceptions import MlException

    client = sdk(PEOPLE["author"], workspace=WORKSPACE)
    assets = operations(client, case.kind)
    made = assets.create_or_update(case.make(client, name, "1", tmp_path))
    target = {"share_with_name": name, "share_with_version": "1", "registry_name": DEV}
    shared = assets.share(name, "1", **target)

    assert shared.id == f"azureml://registries/{DEV}/{case.kind}/{name}/versions/1"
    assert shared.description == made.description
    with pytest.raises(MlException, match="already exists in registry"):
        assets.share(name, "1", **target)


@pytest.mark.parametrize("make", [sdk_assets.folder_data, sdk_assets.context_environment])
def test_a_shared_assets_files_arrive_byte_for_byte_on_every_replica(
    make: Make, sdk: Sdk, calls_of: Callable[[Identity | None], Calls], name: str, tmp_path: Path
) -> None:
    client = sdk(PEOPLE["author"], workspace=WORKSPACE)
    entity = make(client, name, "1", tmp_path)
    kind = "data" if make is sdk_assets.folder_data else "environments"
    operations(client, kind).create_or_update(entity)
    target = {"share_with_name": name, "share_with_version": "1", "registry_name": DEV}
    operations(client, kind).share(name, "1", **target)
    folder = tmp_path / ("files" if kind == "data" else "context")
    sent = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")} | {
        p.name: p.read_bytes() for p in folder.glob("Dockerfile")
    }

    for _ in range(2):
        files, confirmed = read_files(calls_of(PEOPLE["reader"]), f"/{kind}/{name}/versions/1")
        assert files == sent
        assert confirmed


def read_files(calls: Calls, path: str) -> tuple[dict[str, bytes], bool]:
    """Return a registry asset's files, and whether the upload's confirmation came along."""
    shown = calls.get(calls.registry(DEV, path)).json()["properties"]
    uri = shown.get("dataUri") or shown["build"]["contextUri"]
    answer = calls.read_reference(DEV, path, uri).json()["blobReferenceForConsumption"]
    prefix = uri.removeprefix(answer["credential"]["sasUri"].partition("?")[0] + "/").rstrip("/")
    with ContainerClient.from_container_url(
        answer["credential"]["sasUri"], connection_verify=str(calls.config.ca_bundle)
    ) as container:
        blobs = list(container.list_blobs(name_starts_with=prefix, include=["metadata"]))
        files = {
            one.name.removeprefix(f"{prefix}/"): container.download_blob(one.name).readall()
            for one in blobs
        }
    return files, any((one.metadata or {}).get("upload_status") for one in blobs)


def test_an_environment_keeps_its_image_and_packages(
    client: "MLClient", name: str, tmp_path: Path
) -> None:
    made = client.environments.create_or_update(
        sdk_assets.image_environment(client, name, "1", tmp_path)
    )

    assert made.image == "mcr.microsoft.com/azureml/base:1"
    assert client.environments.get(name, version="1").conda_file == sdk_assets.CONDA


def test_an_environment_does_not_change_its_image(
    client: "MLClient", name: str, tmp_path: Path
) -> None:
    client.environments.create_or_update(sdk_assets.image_environment(client, name, "1", tmp_path))
    other = sdk_assets.image_environment(client, name, "1", tmp_path)
    other.image = "mcr.microsoft.com/azureml/base:2"

    with pytest.raises(HttpResponseError) as refused:
        client.environments.create_or_update(other)
    assert refused.value.status_code == 409


def test_a_component_names_its_code_and_environment_in_the_registry(
    sdk: Sdk, name: str, tmp_path: Path
) -> None:
    client = sdk(PEOPLE["author"], registry=DEV)
    made = client.components.create_or_update(sdk_assets.component(client, name, "1", tmp_path))

    assert made.code.startswith(f"azureml://registries/{DEV}/codes/")
    assert made.environment == f"azureml://registries/{DEV}/environments/{name}_env/versions/1"
    assert made.inputs["rate"].type == "number"
