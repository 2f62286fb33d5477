"""Raw HTTP to a registry: environments, code, components and data, as recorded of Azure."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.people import PEOPLE, Identity
from tests.contract.azureml.calls import Calls
from tests.contract.azureml.wire import check

pytestmark = pytest.mark.azurite

DEV = "dev-mlops-registry"
CONDA = "channels: [conda-forge]\ndependencies:\n- python=3.13\n"


@pytest.fixture
def author(calls_of: Callable[[Identity | None], Calls]) -> Calls:
    """Who may write the development registry."""
    return calls_of(PEOPLE["author"])


def container(author: Calls, kind: str, name: str) -> str:
    """Return the address of the container the version's files are uploaded to."""
    answer = author.write_reference(DEV, kind, name, "1")
    check("tempdatarefs", answer)
    uri: str = answer.json()["blobReferenceForConsumption"]["blobUri"]
    return uri


def component(environment: str, code: str) -> dict[str, Any]:
    """Return a command component as the SDK sends it."""
    return {
        "description": "Trains",
        "properties": {},
        "tags": {"team": "fares"},
        "isAnonymous": False,
        "isArchived": False,
        "componentSpec": {
            "$schema": "https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json",
            "_source": "YAML.COMPONENT",
            "name": "replaced",
            "version": "replaced",
            "display_name": "Train",
            "is_deterministic": True,
            "type": "command",
            "description": "Trains",
            "tags": {"team": "fares"},
            "inputs": {"rate": {"type": "number", "default": 0.1}},
            "outputs": {"model": {"type": "uri_folder"}},
            "code": code,
            "environment": environment,
            "command": "python train.py",
        },
    }


def test_an_environment_is_accepted_polled_and_read(author: Calls, name: str) -> None:
    properties = {
        "description": "Python",
        "isAnonymous": False,
        "isArchived": False,
        "condaFile": CONDA,
        "image": "mcr.microsoft.com/azureml/base:1",
    }
    accepted = author.put_version(DEV, f"/environments/{name}/versions/1", properties)
    ended = author.wait(accepted)
    read = author.get(author.registry(DEV, f"/environments/{name}/versions/1"))

    check("environment.put", accepted, registry=DEV, name=name, version="1")
    check("operation.environment", ended)
    assert "Content-Type" not in ended.headers
    check("environment.get", read, name=name, version="1")
    shown = read.json()["properties"]
    assert shown["condaFile"].startswith('{\n  "channels"')
    assert shown["properties"] == {"azureml.labels": "latest"}


def test_code_is_accepted_polled_and_read_without_its_slash(author: Calls, name: str) -> None:
    properties = {
        "properties": {"hash_sha256": "0f", "hash_version": "202208"},
        "isAnonymous": False,
        "isArchived": False,
        "codeUri": container(author, "codes", name) + "/src/",
    }
    accepted = author.put_version(DEV, f"/codes/{name}/versions/1", properties)
    ended = author.wait(accepted)
    read = author.get(author.registry(DEV, f"/codes/{name}/versions/1"))

    check("code.put", accepted)
    check("operation.code", ended)
    check("code.get", read, name=name, version="1")
    assert read.json()["properties"]["codeUri"].endswith("/src")


def test_a_component_is_normalised(author: Calls, name: str) -> None:
    base = f"azureml://registries/{DEV}"
    sent = component(f"{base}/environments/e/versions/1", f"{base}/codes/c/versions/1")
    sent["componentSpec"] |= {"name": name, "version": "1"}
    accepted = author.put_version(DEV, f"/components/{name}/versions/1", sent)
    ended = author.wait(accepted)
    read = author.get(author.registry(DEV, f"/components/{name}/versions/1"))
    listed = author.get(author.registry(DEV, f"/components/{name}/versions"))

    check("component.put", accepted)
    check("operation.component", ended)
    check("component.get", read, name=name, version="1")
    check("component.versions", listed, name=name, version="1")
    spec = read.json()["properties"]["componentSpec"]
    assert spec["inputs"]["rate"] == {"type": "number", "default": "0.1", "optional": "False"}
    assert "_source" not in spec


def test_data_is_accepted_polled_and_read_with_its_container(author: Calls, name: str) -> None:
    properties = {
        "description": "Fares",
        "properties": {},
        "tags": {},
        "isAnonymous": False,
        "isArchived": False,
        "dataType": "uri_file",
        "dataUri": container(author, "data", name) + "/fares.csv",
    }
    accepted = author.put_version(DEV, f"/data/{name}/versions/1", properties)
    ended = author.wait(accepted)
    read = author.get(author.registry(DEV, f"/data/{name}/versions/1"))
    whole = author.get(author.registry(DEV, f"/data/{name}"))

    check("data.put", accepted)
    check("operation.data", ended)
    check("data.get", read, name=name, version="1")
    check("data.container", whole, name=name)
    shown = whole.json()["properties"]
    assert (shown["latestVersion"], shown["nextVersion"]) == ("1", "2")


def test_the_next_version_counts_on_from_the_highest_not_from_the_latest(
    author: Calls, name: str
) -> None:
    for version in ("7", "3"):
        path = f"/environments/{name}/versions/{version}"
        author.wait(author.put_version(DEV, path, {"image": "an/image:1"}))
    shown = author.get(author.registry(DEV, f"/environments/{name}")).json()["properties"]

    assert (shown["latestVersion"], shown["nextVersion"]) == ("3", "8")


def test_versions_that_are_words_count_as_none(author: Calls, name: str) -> None:
    properties = {"image": "an/image:1"}
    author.wait(author.put_version(DEV, f"/environments/{name}/versions/first", properties))
    shown = author.get(author.registry(DEV, f"/environments/{name}")).json()["properties"]

    assert (shown["latestVersion"], shown["nextVersion"]) == ("first", "1")
