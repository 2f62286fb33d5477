"""A production version is withdrawn and restored over the app's public interfaces, and everybody hears of it."""

import time
import uuid
from typing import Any

import pytest
import requests

from sandbox.azureml.client import ml_client
from sandbox.people import PEOPLE
from sandbox.running import Sandbox
from tests.e2e.conftest import Client
from tests.e2e.registering import PROD, registered, until

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]


@pytest.fixture
def name() -> str:
    """A model's name that no other test uses."""
    return f"rolled-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def promoted(sandbox: Sandbox, name: str) -> str:
    """The second of two versions that were promoted; the first is the version before it."""
    return [_promoted(sandbox, name, version) for version in ("1", "2")][-1]


def _promoted(sandbox: Sandbox, name: str, version: str) -> str:
    asset = registered(sandbox, name, version=version)
    answer = Client(sandbox, "requester").call("POST", "/api/promotions", json={"asset": asset})
    answer.raise_for_status()
    shown = until(Client(sandbox, "reader"), answer.json()["id"], "pending")
    approve(sandbox, shown)
    done = until(Client(sandbox, "reader"), shown["id"], "promoted")
    assert done["state"] == "promoted", done
    target: str = done["target"]["id"]
    return target


def approve(sandbox: Sandbox, shown: dict[str, Any]) -> None:
    """Approve a request or an order as it was shown."""
    Client(sandbox, "approver").call(
        "POST",
        f"/api/promotions/{shown['id']}/decisions",
        json={"verdict": "approve", "digest": shown["digest"]},
        headers={"If-Match": f'"{shown["revision"]}"'},
    ).raise_for_status()


def order(sandbox: Sandbox, role: str, **body: object) -> dict[str, Any]:
    """Ask for a rollback."""
    sent = {"reason": "Its fares drift.", **body}
    answer = Client(sandbox, role).call("POST", "/api/rollbacks", json=sent)
    assert answer.status_code == requests.codes.created, answer.text
    found: dict[str, Any] = answer.json()
    return found


def in_use(sandbox: Sandbox, name: str) -> str:
    """Return the version that azure-ai-ml finds as the latest of a name, as those who use it do."""
    client = ml_client(sandbox.config, PEOPLE["author"], registry=PROD)
    version: str = client.models.get(name, label="latest").version
    return version


def told(sandbox: Sandbox, words: str, name: str) -> set[str]:
    """Return the channels through which people were told these words about a model, once both did."""
    deadline = time.monotonic() + 60
    while True:
        found = requests.get(f"{sandbox.config.inbox_url}/api/messages", timeout=60).json()
        items = found["items"] if isinstance(found, dict) else found
        channels = {each["channel"] for each in items if name in str(each) and words in str(each)}
        if channels >= {"teams", "email"} or time.monotonic() > deadline:
            return channels
        time.sleep(0.3)


def facts(client: Client, request: dict[str, Any]) -> list[str]:
    """Return the types of a request's facts."""
    path = f"/api/promotions/{request['id']}/audit"
    return [fact["type"] for fact in client.call("GET", path).json()["items"]]


def test_rollback(sandbox: Sandbox, client: Client, name: str, promoted: str) -> None:
    before = in_use(sandbox, name)
    withdrawal = order(sandbox, "requester", asset=promoted, to="1")
    approve(sandbox, withdrawal)
    done = until(client, withdrawal["id"], "done")

    assert (before, in_use(sandbox, name)) == ("2", "1")
    assert facts(client, done)[-1] == "model.withdrawn"
    assert told(sandbox, "Withdrawn", name) == {"teams", "email"}

    restoration = order(sandbox, "requester", asset=promoted, action="restore")
    approve(sandbox, restoration)
    until(client, restoration["id"], "done")

    assert in_use(sandbox, name) == "2"
    listed = client.call("GET", "/api/promotions", params={"name": name, "version": "2"})
    brought = next(each for each in listed.json()["items"] if each["order"] is None)
    assert (brought["state"], facts(client, brought)[-2:]) == (
        "promoted",
        ["promotion.withdrawn", "promotion.restored"],
    )


def test_an_emergency_withdraws_at_once_and_is_loud(
    sandbox: Sandbox, client: Client, name: str, promoted: str
) -> None:
    refused = Client(sandbox, "requester").call(
        "POST", "/api/rollbacks", json={"asset": promoted, "reason": "Now.", "emergency": True}
    )
    withdrawal = order(sandbox, "operator", asset=promoted, emergency=True)
    until(client, withdrawal["id"], "done")

    assert refused.status_code == requests.codes.forbidden
    assert in_use(sandbox, name) == "1"
    page = client.call(
        "GET", f"/promotions/{withdrawal['id']}", headers={"Accept": "text/html"}
    ).text
    assert "did not wait for those who decide" in page
    assert told(sandbox, "Emergency withdrawal", name) == {"teams", "email"}
