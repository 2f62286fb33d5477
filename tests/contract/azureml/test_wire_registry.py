"""Raw HTTP to a registry: the answers have the status, headers and bodies recorded of Azure."""

from collections.abc import Callable

import pytest
import requests

from sandbox.people import PEOPLE, Identity
from tests.contract.azureml.calls import Calls
from tests.contract.azureml.wire import check

pytestmark = pytest.mark.azurite

DEV = "dev-mlops-registry"
Caller = Callable[[Identity | None], Calls]


@pytest.fixture
def author(calls_of: Caller) -> Calls:
    """Who may write the development registry."""
    return calls_of(PEOPLE["author"])


def upload(calls: Calls, answer: requests.Response, blob: str, content: bytes = b"x") -> str:
    """Put a blob where a write reference points and return its address without the signature."""
    base, _, query = answer.json()["blobReferenceForConsumption"]["credential"]["sasUri"].partition(
        "?"
    )
    address = f"{base}/{blob}"
    headers = {"x-ms-blob-type": "BlockBlob", "x-ms-version": "2024-05-04", "If-None-Match": "*"}
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(calls.config.ca_bundle)
        check(
            "blob.put", session.put(f"{address}?{query}", data=content, headers=headers, timeout=30)
        )
    return address


def make_model(calls: Calls, name: str, version: str = "1") -> requests.Response:
    """Upload and register a model; return the answer of the registration."""
    reference = calls.write_reference(DEV, "models", name, version)
    uri = upload(calls, reference, "model/MLmodel").rpartition("/")[0]
    properties = {
        "description": "A model",
        "properties": {"origin": "test"},
        "tags": {"metric": "0.9"},
        "isAnonymous": False,
        "isArchived": False,
        "flavors": {"python_function": {"data": {"python_version": "3.13"}}},
        "modelType": "mlflow_model",
        "modelUri": uri,
    }
    return calls.put_version(DEV, f"/models/{name}/versions/{version}", properties)


def test_discovery_names_the_data_plane(author: Calls) -> None:
    url = f"{author.config.azureml_url}registrymanagement/v1.0/registries/{DEV}/discovery"

    check("discovery", author.get(url))


def test_discovery_of_an_unknown_registry_is_refused_in_its_own_envelope(author: Calls) -> None:
    url = f"{author.config.azureml_url}registrymanagement/v1.0/registries/nobodys/discovery"

    check("discovery.refused", author.get(url))


def test_an_unknown_model_has_an_empty_list_of_versions(author: Calls, name: str) -> None:
    query = {"$orderBy": "createdtime desc", "$top": "1"}

    check(
        "versions.none", author.get(author.registry(DEV, f"/models/{name}/versions"), params=query)
    )


def test_a_write_reference_gives_a_container_of_its_own(author: Calls, name: str) -> None:
    answer = author.write_reference(DEV, "models", name, "1")
    again = author.write_reference(DEV, "models", name, "1")

    check("tempdatarefs", answer)
    uris = [one.json()["blobReferenceForConsumption"]["blobUri"] for one in (answer, again)]
    assert uris[0] == uris[1]
    assert "sp=rcwl" in answer.json()["blobReferenceForConsumption"]["credential"]["sasUri"]


def test_the_files_of_an_existing_version_cannot_be_written_again(author: Calls, name: str) -> None:
    author.wait(make_model(author, name))
    answer = author.write_reference(DEV, "models", name, "1")

    assert answer.status_code == 409
    assert "already exists" in answer.json()["error"]["message"]


def test_a_model_is_accepted_polled_and_read(author: Calls, name: str) -> None:
    accepted = make_model(author, name)
    ended = author.wait(accepted)
    read = author.get(author.registry(DEV, f"/models/{name}/versions/1"))

    check("model.put", accepted)
    check("operation.model", ended)
    check("model.get", read, name=name)


def test_a_running_operation_answers_202_without_a_body(author: Calls, name: str) -> None:
    author.admin("PATCH", "sandbox/knobs", {"operation_delay": 0.5, "operation_hold": 0})
    accepted = make_model(author, name)

    check("operation.pending", author.get(accepted.headers["Location"]))


def test_a_read_reference_signs_the_address_it_was_given(author: Calls, name: str) -> None:
    author.wait(make_model(author, name))
    read = author.get(author.registry(DEV, f"/models/{name}/versions/1")).json()
    uri = read["properties"]["modelUri"]
    answer = author.read_reference(DEV, f"/models/{name}/versions/1", uri)

    check("datarefs", answer)
    reference = answer.json()["blobReferenceForConsumption"]
    assert reference["blobUri"] == uri
    assert uri.startswith(reference["credential"]["sasUri"].partition("?")[0] + "/")
    assert "sp=rl" in reference["credential"]["sasUri"]


def test_an_unknown_version_is_not_found_in_the_recorded_words(author: Calls, name: str) -> None:
    url = author.registry(DEV, f"/models/{name}/versions/1")

    check("model.get.unknown", author.get(url))


def test_who_may_not_write_is_refused_as_recorded(calls_of: Caller, name: str) -> None:
    properties = {"componentSpec": {"type": "command"}}
    path = f"/components/{name}/versions/1"

    check("component.put.refused", calls_of(PEOPLE["reader"]).put_version(DEV, path, properties))


def test_the_registry_resource_has_the_recorded_keys(author: Calls) -> None:
    check("registry", author.get(author.arm(f"registries/{DEV}")))
