"""Deletion: a registry's deleted version is gone for good, a workspace's can be made again."""

from collections.abc import Callable

import pytest
import requests

from sandbox.people import PEOPLE, Identity
from tests.contract.azureml.calls import Calls

pytestmark = pytest.mark.azurite

DEV = "dev-mlops-registry"
IMAGE = {"image": "an/image:1"}
type Caller = Callable[[Identity | None], Calls]


@pytest.fixture
def author(calls_of: Caller) -> Calls:
    """Who may write the development registry and workspace."""
    return calls_of(PEOPLE["author"])


def make(author: Calls, name: str, version: str = "1") -> str:
    """Make an environment in the registry and return its id."""
    path = f"/environments/{name}/versions/{version}"
    author.wait(author.put_version(DEV, path, IMAGE))
    return f"azureml://registries/{DEV}{path}"


def by_asset_store(calls: Calls, asset_id: str) -> requests.Response:
    """Delete as Microsoft's own publishing scripts do."""
    return calls.send("DELETE", calls.operations("/assetstore/v1.0/delete"), json={"id": asset_id})


def by_resource_manager(calls: Calls, asset_id: str) -> requests.Response:
    """Delete as Azure Resource Manager offers it."""
    return calls.send("DELETE", calls.arm(asset_id.removeprefix("azureml://")))


WAYS = [by_asset_store, by_resource_manager]


@pytest.mark.parametrize("delete", WAYS)
def test_a_deleted_version_is_gone_and_cannot_be_made_again(
    delete: Callable[[Calls, str], requests.Response], author: Calls, name: str
) -> None:
    asset_id = make(author, name)
    deleted = delete(author, asset_id)
    path = f"/environments/{name}/versions/1"
    again = author.put_version(DEV, path, IMAGE)

    assert (deleted.status_code, deleted.content) == (200, b"")
    assert author.get(author.registry(DEV, path)).status_code == 404
    assert author.get(author.registry(DEV, f"/environments/{name}/versions")).json()["value"] == []
    assert again.status_code == 409
    message = again.json()["error"]["message"]
    assert message.startswith(f"Asset {asset_id} was deleted at ")
    assert message.endswith("it cannot be recreated. Please try again with a different version.")
    assert author.write_reference(DEV, "environments", name, "1").status_code == 409


@pytest.mark.parametrize("delete", WAYS)
def test_who_may_not_write_cannot_delete(
    delete: Callable[[Calls, str], requests.Response],
    author: Calls,
    calls_of: Caller,
    name: str,
) -> None:
    asset_id = make(author, name)

    assert delete(calls_of(PEOPLE["reader"]), asset_id).status_code == 401
    path = f"/environments/{name}/versions/1"
    assert author.get(author.registry(DEV, path)).status_code == 200


def test_the_version_before_a_deleted_one_is_the_latest_again(author: Calls, name: str) -> None:
    make(author, name, "1")
    by_asset_store(author, make(author, name, "2"))
    shown = author.get(author.registry(DEV, f"/environments/{name}")).json()["properties"]

    assert (shown["latestVersion"], shown["nextVersion"]) == ("1", "3")


def test_deleting_what_is_not_there_is_not_found(author: Calls, name: str) -> None:
    asset_id = f"azureml://registries/{DEV}/models/{name}/versions/1"

    assert by_asset_store(author, asset_id).status_code == 404


def test_a_workspace_version_can_be_deleted_and_made_again(author: Calls, name: str) -> None:
    url = author.workspace(f"/environments/{name}/versions/1")
    author.put(url, json={"properties": IMAGE})

    assert author.send("DELETE", url).status_code == 200
    assert author.get(url).status_code == 404
    assert author.send("DELETE", url).status_code == 204
    assert author.put(url, json={"properties": {"image": "an/image:2"}}).status_code == 201
