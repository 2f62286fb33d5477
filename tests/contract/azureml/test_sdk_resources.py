"""azure-ai-ml alone against the service: workspaces, registries, datastores."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from azure.core.exceptions import HttpResponseError

from sandbox.config import REGISTRIES, WORKSPACES
from sandbox.people import PEOPLE

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

pytestmark = pytest.mark.azurite

WORKSPACE = "dev-mlops-workspace"


@pytest.fixture
def client(sdk: "Callable[..., MLClient]") -> "MLClient":
    """The development workspace, as the author."""
    return sdk(PEOPLE["author"], workspace=WORKSPACE)


def test_workspaces_and_registries_are_listed_and_read(client: "MLClient") -> None:
    assert {one.name for one in client.workspaces.list()} == set(WORKSPACES)
    assert {one.name for one in client.registries.list()} == set(REGISTRIES)
    assert client.workspaces.get(WORKSPACE).location == "westeurope"
    assert client.registries.get("dev-mlops-registry").name == "dev-mlops-registry"


def test_the_default_datastore_gives_its_secret_to_who_may_write(client: "MLClient") -> None:
    store = client.datastores.get("workspaceblobstore", include_secrets=True)

    assert client.datastores.get_default().name == "workspaceblobstore"
    assert [one.name for one in client.datastores.list()] == ["workspaceblobstore"]
    assert store.credentials.sas_token.startswith("?")


def test_the_default_datastore_keeps_its_secret_from_a_reader(
    sdk: "Callable[..., MLClient]",
) -> None:
    reader = sdk(PEOPLE["reader"], workspace=WORKSPACE)

    with pytest.raises(HttpResponseError) as refused:
        reader.datastores.get("workspaceblobstore", include_secrets=True)
    assert refused.value.status_code == 403


def test_a_registry_nobody_knows_has_no_client(sdk: "Callable[..., MLClient]") -> None:
    with pytest.raises(HttpResponseError) as refused:
        sdk(PEOPLE["author"], registry="nobodys-registry")

    assert refused.value.status_code == 404
