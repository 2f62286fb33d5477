"""What nobody announced and what nobody approved, found by the timer and told through every channel."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
from azure.storage.blob import BlobServiceClient

from sandbox.running import Sandbox
from tests.e2e.conftest import Client
from tests.e2e.registering import PROD, registered, until

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]


def reconcile(sandbox: Sandbox) -> None:
    """Have the host run the timer's function now."""
    answer = requests.post(
        f"{sandbox.config.functions_url}/admin/functions/reconcile",
        json={},
        headers={"x-functions-key": sandbox.config.master_key},
        timeout=60,
    )
    assert answer.status_code == requests.codes.accepted, answer.text


def looked(sandbox: Sandbox) -> bool:
    """Whether both registries of the policy were looked through at least once."""
    service = BlobServiceClient.from_connection_string(sandbox.config.connection_string())
    container = service.get_container_client("watermarks")
    return container.exists() and len(list(container.list_blobs())) >= 2


def eventually[T](what: Callable[[], T], *, seconds: float = 60) -> T:
    """Return what is there once there is something, or nothing after that time."""
    deadline = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return found


def named(client: Client, name: str) -> list[dict[str, Any]]:
    """Return the requests of a name."""
    items: list[dict[str, Any]] = client.call(
        "GET", "/api/promotions", params={"name": name}
    ).json()["items"]
    return items


def messages(sandbox: Sandbox, name: str) -> set[str]:
    """Return through which channels people were told of a bypass of that name."""
    found = requests.get(f"{sandbox.config.inbox_url}/api/messages", timeout=60).json()
    items = found["items"] if isinstance(found, dict) else found
    return {
        each["channel"] for each in items if name in str(each) and "bypass" in str(each).lower()
    }


@pytest.fixture
def reconciled(sandbox: Sandbox) -> Sandbox:
    """A sandbox whose registries were looked through before."""
    if not looked(sandbox):
        reconcile(sandbox)
        assert eventually(lambda: looked(sandbox))
    return sandbox


def test_a_model_put_into_production_behind_the_apps_back_is_reported_within_one_reconcile(
    reconciled: Sandbox, client: Client
) -> None:
    name = f"smuggled-{uuid.uuid4().hex[:8]}"
    asset = registered(reconciled, name, registry=PROD)

    reconcile(reconciled)

    (record,) = eventually(lambda: named(client, name))
    assert (record["state"], record["asset"]["id"], record["target"]["id"]) == (
        "bypassed",
        asset,
        asset,
    )
    facts = client.call("GET", f"/api/promotions/{record['id']}/audit").json()["items"]
    assert [fact["type"] for fact in facts] == ["bypass.detected"]
    assert eventually(lambda: messages(reconciled, name) >= {"teams", "email"})
    page = client.call("GET", "/", headers={"Accept": "text/html"}).text
    assert "came past every request" in page
    assert f"{name}:1" in page


def test_a_version_shared_without_an_event_travels_and_is_no_bypass_where_it_arrives(
    reconciled: Sandbox, client: Client
) -> None:
    name = f"quiet-{uuid.uuid4().hex[:8]}"
    registered(reconciled, name)

    reconcile(reconciled)

    (request,) = eventually(lambda: named(client, name))
    waiting = until(client, request["id"], "pending")
    assert (waiting["state"], waiting["requested_by"]["name"]) == ("pending", "reconcile")
    client.call(
        "POST",
        f"/api/promotions/{request['id']}/decisions",
        json={"verdict": "approve", "digest": waiting["digest"]},
        headers={"If-Match": str(waiting["revision"])},
    )
    assert until(client, request["id"], "promoted")["state"] == "promoted"
    marker = f"marker-{uuid.uuid4().hex[:8]}"
    registered(reconciled, marker, registry=PROD)
    reconcile(reconciled)
    assert eventually(lambda: named(client, marker))
    assert [each["state"] for each in named(client, name)] == ["promoted"]
