"""Events that can never work are answered so that Event Grid stops, and are kept with their reason."""

import time
import uuid
from typing import Any
from urllib.parse import unquote

import pytest
import requests
from azure.storage.blob import BlobServiceClient

from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID
from sandbox.running import Sandbox
from tests.e2e.conftest import Client

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]

REGISTERED = "Microsoft.MachineLearningServices.ModelRegistered"
TOPIC = (
    f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}/providers"
    "/Microsoft.MachineLearningServices/workspaces/dev-mlops-workspace"
)


def event(data: Any, *, kind: str = REGISTERED) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    """Return an event of the Event Grid schema."""
    return {
        "id": str(uuid.uuid4()),
        "topic": TOPIC,
        "subject": "models/",
        "eventType": kind,
        "eventTime": "2026-03-01T12:00:00Z",
        "data": data,
        "dataVersion": "",
        "metadataVersion": "1",
    }


def deliver(sandbox: Sandbox, body: Any) -> requests.Response:  # noqa: ANN401 -- any JSON
    """Deliver as Event Grid does."""
    return requests.post(
        sandbox.config.event_grid_webhook,
        json=body,
        headers={"aeg-event-type": "Notification"},
        timeout=60,
    )


def until_problem(client: Client, name: str) -> dict[str, Any]:
    """Return the one request of a model once it says what keeps it."""
    deadline = time.monotonic() + 60
    while True:
        items = client.call("GET", "/api/promotions", params={"name": name}).json()["items"]
        item: dict[str, Any] = items[0]
        if item["problem"] or time.monotonic() > deadline:
            return item
        time.sleep(0.3)


def ids(client: Client) -> set[str]:
    """Return the ids of the newest requests."""
    page = client.call("GET", "/api/promotions", params={"limit": "200"}).json()
    return {item["id"] for item in page["items"]}


def dead_letters(sandbox: Sandbox) -> dict[str, str]:
    """Return the reasons of what was kept, by content."""
    service = BlobServiceClient.from_connection_string(sandbox.config.connection_string())
    container = service.get_container_client("deadletters")
    if not container.exists():
        return {}
    return {
        container.download_blob(blob.name).readall().decode(): unquote(blob.metadata["reason"])
        for blob in container.list_blobs(include=["metadata"])
    }


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (
            event({"ModelName": "m", "ModelVersion": 1}, kind="Microsoft.Storage.BlobCreated"),
            "no model",
        ),
        (event({"ModelVersion": 1}), "no model name"),
        (event({"ModelName": "m", "ModelVersion": "1/2"}), "slash"),
        (
            event({"ModelName": "m", "ModelVersion": 1, "ModelTags": {"x": "y" * 1024 * 1024}}),
            "bytes",
        ),
        (event("not an object"), "empty"),
    ],
    ids=["wrong type", "no model name", "version 1/2", "1 MiB of tags", "no object"],
)
def test_a_bad_event_is_accepted_once_and_kept_with_its_reason(
    sandbox: Sandbox, client: Client, bad: dict[str, Any], reason: str
) -> None:
    before = ids(client)

    answer = deliver(sandbox, [bad])

    assert answer.status_code == requests.codes.accepted
    kept = {content: why for content, why in dead_letters(sandbox).items() if bad["id"] in content}
    assert len(kept) == 1
    assert reason in next(iter(kept.values()))
    assert ids(client) == before
    log = (sandbox.config.folder / "logs" / "functions.log").read_text()
    assert "event kept as dead letter" in log


def test_what_is_not_json_is_refused_for_good(sandbox: Sandbox) -> None:
    answer = requests.post(
        sandbox.config.event_grid_webhook,
        data=b"this is not JSON",
        headers={"aeg-event-type": "Notification", "Content-Type": "application/json"},
        timeout=60,
    )

    assert answer.status_code == requests.codes.bad_request


def test_a_stranger_without_the_key_is_not_heard(sandbox: Sandbox) -> None:
    url = sandbox.config.event_grid_webhook.replace("code=", "code=x")
    good = event({"ModelName": "m", "ModelVersion": 1})

    answer = requests.post(url, json=[good], headers={"aeg-event-type": "Notification"}, timeout=60)

    assert answer.status_code == requests.codes.unauthorized


def test_the_same_event_in_both_schemas_and_many_times_is_one_request(
    sandbox: Sandbox, client: Client
) -> None:
    name = f"model-{uuid.uuid4().hex[:8]}"
    first = event({"modelName": name, "modelVersion": "7"})
    cloud = {
        "specversion": "1.0",
        "id": first["id"],
        "source": TOPIC,
        "type": REGISTERED,
        "subject": f"models/{name}:7",
        "time": first["eventTime"],
        "data": {"ModelName": name, "ModelVersion": 7},
    }

    statuses = [deliver(sandbox, body).status_code for body in ([first, first], cloud, [first])]

    assert statuses == [requests.codes.accepted] * 3
    items = client.call("GET", "/api/promotions", params={"name": name}).json()["items"]
    assert [item["asset"]["version"] for item in items] == ["7"]


def test_an_announced_model_that_never_comes_waits_visibly(
    sandbox: Sandbox, client: Client
) -> None:
    name = f"model-{uuid.uuid4().hex[:8]}"

    deliver(sandbox, [event({"ModelName": name, "ModelVersion": 1})])

    item = until_problem(client, name)
    assert item["state"] == "received"
    assert "az ml model share" in str(item["problem"])
