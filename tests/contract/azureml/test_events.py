"""A new model version in a workspace reaches Event Grid: once it can, and never not at all."""

import time
import uuid
from collections.abc import Callable

import pytest
import requests

from sandbox.people import PEOPLE, Identity
from tests.contract.azureml.calls import Calls
from tests.contract.azureml.event_receiver import receiving
from tests.contract.azureml.local_service import LocalService

pytestmark = pytest.mark.azurite

URI = "azureml://datastores/workspaceblobstore/paths/LocalUpload/0/model"


@pytest.fixture
def author(calls_of: Callable[[Identity | None], Calls]) -> Calls:
    """Who may write the development workspace."""
    return calls_of(PEOPLE["author"])


def register(calls: Calls, name: str, version: str = "1", **more: str) -> requests.Response:
    """Register a model version in the workspace."""
    properties = {
        "modelUri": URI,
        "tags": {"metric": "0.9"},
        "properties": {"kind": "test"},
        **more,
    }
    url = calls.workspace(f"/models/{name}/versions/{version}")
    return calls.put(url, json={"properties": properties})


def test_a_registration_is_announced_as_documented(author: Calls, name: str) -> None:
    with receiving(author.config.ports.event_grid) as receiver:
        register(author, name, "3")
        event = receiver.wait_for(f"models/{name}:3")

    workspace = author.workspace().removeprefix(author.config.azureml_url.rstrip("/"))
    assert event["topic"] == workspace
    assert event["eventType"] == "Microsoft.MachineLearningServices.ModelRegistered"
    assert str(uuid.UUID(event["id"])) == event["id"]
    assert event["eventTime"].endswith("Z")
    assert (event["dataVersion"], event["metadataVersion"]) == ("", "1")
    assert event["data"] == {
        "ModelName": name,
        "ModelVersion": 3,
        "ModelTags": {"metric": "0.9"},
        "ModelProperties": {"kind": "test"},
    }
    assert set(receiver.keys) == {author.config.topic_key}
    assert set(receiver.paths) == {"/system/api/events"}


def test_a_version_that_is_no_number_is_announced_as_text(author: Calls, name: str) -> None:
    with receiving(author.config.ports.event_grid) as receiver:
        register(author, name, "1.2.0")

        assert receiver.wait_for(f"models/{name}:1.2.0")["data"]["ModelVersion"] == "1.2.0"


def test_a_change_of_an_existing_version_is_not_announced(author: Calls, name: str) -> None:
    with receiving(author.config.ports.event_grid) as receiver:
        register(author, name)
        receiver.wait_for(f"models/{name}:1")
        register(author, name, description="changed")
        register(author, name, "2")
        receiver.wait_for(f"models/{name}:2")

        assert [one["subject"] for one in receiver.events].count(f"models/{name}:1") == 1


def test_a_registration_does_not_wait_for_event_grid(author: Calls, name: str) -> None:
    started = time.monotonic()
    answer = register(author, name)

    assert answer.status_code == 201
    assert time.monotonic() - started < 2


def test_an_event_waits_until_event_grid_is_back(author: Calls, name: str) -> None:
    register(author, name)

    with receiving(author.config.ports.event_grid) as receiver:
        assert receiver.wait_for(f"models/{name}:1")


def test_an_event_that_is_refused_is_sent_again(author: Calls, name: str) -> None:
    with receiving(author.config.ports.event_grid, status=503) as receiver:
        register(author, name)
        deadline = time.monotonic() + 10
        while len(receiver.paths) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        receiver.status = 200

        assert receiver.wait_for(f"models/{name}:1")


def test_an_event_outlives_the_service(author: Calls, cloud: LocalService, name: str) -> None:
    register(author, name)
    cloud.restart()

    with receiving(author.config.ports.event_grid) as receiver:
        assert receiver.wait_for(f"models/{name}:1")
        time.sleep(0.3)
        cloud.restart()
        time.sleep(0.5)

        assert [one["subject"] for one in receiver.events].count(f"models/{name}:1") == 1


def test_a_registration_in_a_registry_is_not_announced(author: Calls, name: str) -> None:
    registry = "dev-mlops-registry"
    reference = author.write_reference(registry, "models", name, "1").json()
    uri = reference["blobReferenceForConsumption"]["blobUri"] + "/model"
    accepted = author.put_version(registry, f"/models/{name}/versions/1", {"modelUri": uri})

    with receiving(author.config.ports.event_grid) as receiver:
        author.wait(accepted)
        register(author, f"{name}_after")
        receiver.wait_for(f"models/{name}_after:1")

        assert f"models/{name}:1" not in {one["subject"] for one in receiver.events}
