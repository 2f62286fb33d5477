"""Raw HTTP to a workspace in Azure Resource Manager: the answers are those recorded of Azure."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox.people import PEOPLE, Identity
from tests.contract.azureml.calls import Calls
from tests.contract.azureml.wire import check

pytestmark = pytest.mark.azurite

DEV = "dev-mlops-registry"
MODELS = {"api-version": "2023-08-01-preview"}
SHORT = "azureml://datastores/workspaceblobstore/paths/LocalUpload/0/model"


@pytest.fixture
def author(calls_of: Callable[[Identity | None], Calls]) -> Calls:
    """Who may write the development workspace."""
    return calls_of(PEOPLE["author"])


def put_model(author: Calls, name: str, **changes: Any) -> requests.Response:  # noqa: ANN401 - any property
    """Put version 1 of a model."""
    properties = {
        "properties": {},
        "tags": {"metric": "0.9"},
        "isAnonymous": False,
        "isArchived": False,
        "modelType": "custom_model",
        "modelUri": SHORT,
        **changes,
    }
    url = author.workspace(f"/models/{name}/versions/1")
    return author.put(url, json={"properties": properties}, params=MODELS)


def share(author: Calls, name: str) -> requests.Response:
    """Ask the development registry to take over version 1 of a model."""
    guid = author.get(author.workspace()).json()["properties"]["workspaceId"]
    properties = {
        "referenceType": "Id",
        "destinationName": name,
        "destinationVersion": "1",
        "sourceAssetId": f"azureml://locations/westeurope/workspaces/{guid}/models/{name}/versions/1",
    }
    return author.post(author.registry(DEV, "/import"), json={"properties": properties})


def test_the_workspace_resource_has_the_recorded_keys(author: Calls) -> None:
    check("workspace", author.get(author.workspace()))


def test_the_default_datastore_has_the_recorded_keys(author: Calls) -> None:
    check("datastore", author.get(author.workspace("/datastores/workspaceblobstore")))


def test_an_expirable_secret_is_a_signature(author: Calls) -> None:
    url = author.workspace("/datastores/workspaceblobstore/listSecrets")
    answer = author.post(url, json={"expirableSecret": True, "expireAfterHours": 1})

    check("datastore.secrets", answer)
    assert answer.json()["secretsType"] == "Sas"


def test_a_secret_without_a_body_is_the_account_key(author: Calls) -> None:
    url = author.workspace("/datastores/workspaceblobstore/listSecrets")
    answer = author.post(url)

    check("datastore.secrets", answer)
    assert answer.json()["secretsType"] == "AccountKey"


def test_versions_of_an_unknown_model_are_not_found(author: Calls, name: str) -> None:
    query = {**MODELS, "$orderBy": "createdtime desc", "$top": "1"}
    answer = author.get(author.workspace(f"/models/{name}/versions"), params=query)

    check("workspace.versions.unknown", answer, name=name)


def test_a_model_is_created_at_once_and_read(author: Calls, name: str) -> None:
    created = put_model(author, name)
    read = author.get(author.workspace(f"/models/{name}/versions/1"), params=MODELS)

    check("workspace.model.put", created, version="1")
    check("workspace.model.get", read, version="1")


def test_an_archived_model_is_in_the_archived_stage_until_it_is_restored(
    author: Calls, name: str
) -> None:
    put_model(author, name)
    archived = put_model(author, name, isArchived=True, flavors={})
    restored = put_model(author, name, isArchived=False, flavors={})

    check("workspace.model.archive", archived, version="1")
    assert restored.json()["properties"]["stage"] == "Development"


def test_models_and_their_versions_are_listed(author: Calls, name: str) -> None:
    put_model(author, name)
    query = {**MODELS, "listViewType": "ActiveOnly"}

    check(
        "workspace.versions",
        author.get(author.workspace(f"/models/{name}/versions"), params=query),
        version="1",
    )
    check("workspace.models", author.get(author.workspace("/models"), params=query))


def test_an_environment_answers_201_each_time(author: Calls, name: str) -> None:
    context = f"https://stdevws.blob.localhost:{author.config.ports.blob_front}/c/context/"
    properties = {
        "description": "Python",
        "tags": {},
        "isAnonymous": False,
        "isArchived": False,
        "build": {"contextUri": context, "dockerfilePath": "Dockerfile"},
    }
    url = author.workspace(f"/environments/{name}/versions/1")
    query = {"api-version": "2023-04-01-preview"}
    answers = [author.put(url, json={"properties": properties}, params=query) for _ in range(2)]

    for answer in answers:
        check("workspace.environment.put", answer, version="1")


def test_data_with_a_short_address_comes_back_with_a_long_one(author: Calls, name: str) -> None:
    properties = {"description": "Fares", "dataType": "uri_folder", "dataUri": SHORT}
    url = author.workspace(f"/data/{name}/versions/1")
    query = {"api-version": "2023-04-01-preview"}

    check(
        "workspace.data.put",
        author.put(url, json={"properties": properties}, params=query),
        version="1",
    )


def test_a_shared_model_says_where_it_came_from(author: Calls, name: str) -> None:
    created = put_model(
        author, name, description="A model", flavors={"sklearn": {"data": {"v": "1"}}}
    )
    accepted = share(author, name)
    ended = author.wait(accepted)
    read = author.get(author.registry(DEV, f"/models/{name}/versions/1"))

    check("import", accepted)
    check("operation.import", ended)
    check("model.get.shared", read, name=name)
    kept = ("description", "tags", "flavors", "modelType")
    before, after = created.json(), read.json()
    assert {k: after["properties"][k] for k in kept} == {k: before["properties"][k] for k in kept}
    assert after["properties"]["modelUri"].endswith("/LocalUpload/0/model")
    assert after["systemData"]["lastModifiedAt"] == before["systemData"]["lastModifiedAt"]
    assert after["systemData"]["createdAt"] > before["systemData"]["createdAt"]
