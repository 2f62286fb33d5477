"""azure-ai-ml alone against the service: environments, data and components."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from sandbox.people import PEOPLE
from tests.contract.azureml import sdk_assets
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
