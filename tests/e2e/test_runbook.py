"""The runbook's drills: each breaks what the runbook says may break, and applies the cure written there."""

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
import requests

from sandbox.app_environment import app_environment
from sandbox.running import Sandbox, open_state
from tests.e2e.asking import decision
from tests.e2e.conftest import Client
from tests.e2e.registering import PROD, registered, until

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox of its own: parts of it are stopped and given other settings."""
    config, _ = open_state(tmp_path_factory.mktemp("drilled"))
    with Sandbox(config) as running:
        yield running


def test_a_topic_that_was_down_gets_every_fact_in_order_once_it_is_back(drilled: Sandbox) -> None:
    faults = f"{_event_grid(drilled)}/sandbox/faults"
    down = {"place": "facts", "status": 503, "seconds": 600}
    requests.post(faults, json=down, headers=_key(drilled), timeout=30).raise_for_status()
    request = _promoted(drilled)
    assert _told(drilled, request["id"]) == []

    requests.delete(faults, headers=_key(drilled), timeout=30).raise_for_status()

    def all_of_them() -> list[int]:
        _run(drilled, "sweep")
        # At least once: one that is told twice is not another one.
        told = list(dict.fromkeys(_told(drilled, request["id"])))
        return told if len(told) >= request["revision"] else []

    first_time = _eventually(all_of_them, seconds=200)
    assert first_time == list(range(1, request["revision"] + 1))


def test_a_registry_that_throttles_delays_a_promotion_and_does_not_fail_it(
    drilled: Sandbox,
) -> None:
    request = _pending(drilled)
    fault = {"path": "tempdatarefs", "status": 429, "times": 8, "retry_after": 1}
    url = f"{drilled.config.azureml_url}sandbox/faults"
    answer = requests.post(
        url,
        json=fault,
        headers=_key(drilled),
        timeout=30,
        verify=str(drilled.config.ca_bundle),
    )
    answer.raise_for_status()

    assert decision(drilled, "approver", request).ok

    ended = until(Client(drilled, "reader"), request["id"], "promoted", seconds=200)
    assert ended["state"] == "promoted", ended["problem"]


def test_cards_come_again_once_the_new_webhook_is_set(drilled: Sandbox) -> None:
    rotated = msgspec.structs.replace(drilled.config, teams_secret=uuid.uuid4().hex)
    rotated.save()
    inbox, host = drilled.parts["inbox"], drilled.host
    inbox.stop()
    inbox.launch()
    inbox.wait()
    request = _pending(drilled)
    name = request["asset"]["name"]
    _eventually(lambda: "email" in _channels(drilled, name))
    assert "teams" not in _channels(drilled, name)

    host.stop()
    host.environment = app_environment(rotated)
    host.launch()
    host.wait()

    def card() -> bool:
        _run(drilled, "sweep")
        return "teams" in _channels(drilled, name)

    assert _eventually(card, seconds=200)


def test_a_request_whose_approver_left_is_decided_by_whoever_gets_the_role(
    drilled: Sandbox,
) -> None:
    request = _pending(drilled)
    before = decision(drilled, "security", request)

    # Who holds the stage's role now was never asked by name: the role alone counts.
    after = decision(drilled, "second-approver", request)

    assert before.status_code == requests.codes.forbidden
    assert after.ok
    assert (
        until(Client(drilled, "reader"), request["id"], "promoted", seconds=200)["state"]
        == "promoted"
    )


def test_versions_that_are_in_the_way_are_told_and_the_next_version_travels(
    drilled: Sandbox,
) -> None:
    name = _name()
    registered(drilled, name, registry=PROD, content=b"made by hand")
    asset = registered(drilled, name)
    asked = _asked(drilled, asset)
    reader = Client(drilled, "reader")

    pending = until(reader, asked["id"], "pending", seconds=60)
    if pending["state"] == "pending":
        decision(drilled, "approver", pending)
    stuck = until(reader, asked["id"], "failed", seconds=60)
    operator = Client(drilled, "operator")
    cancelled = operator.call("POST", f"/api/promotions/{asked['id']}/cancel", json={})
    following = _asked(drilled, registered(drilled, name, version="2"))
    waiting = until(reader, following["id"], "pending", seconds=90)
    decision(drilled, "approver", waiting)

    assert stuck["state"] in {"failed", "refused"}
    assert cancelled.ok or stuck["state"] == "refused"
    assert until(reader, following["id"], "promoted", seconds=120)["state"] == "promoted"


def test_a_promotion_whose_host_was_killed_arrives_once(drilled: Sandbox) -> None:
    request = _pending(drilled)
    assert decision(drilled, "approver", request).ok

    drilled.host.kill()
    drilled.host.launch()
    drilled.host.wait()

    reader = Client(drilled, "reader")
    assert until(reader, request["id"], "promoted", seconds=240)["state"] == "promoted"
    facts = reader.call("GET", f"/api/promotions/{request['id']}/audit").json()["items"]
    assert [each["type"] for each in facts].count("model.promoted") == 1


def _name() -> str:
    return f"drill-{uuid.uuid4().hex[:8]}"


def _asked(running: Sandbox, asset: str) -> dict[str, Any]:
    answer = Client(running, "requester").call("POST", "/api/promotions", json={"asset": asset})
    answer.raise_for_status()
    asked: dict[str, Any] = answer.json()
    return asked


def _pending(running: Sandbox) -> dict[str, Any]:
    asked = _asked(running, registered(running, _name()))
    waiting = until(Client(running, "reader"), asked["id"], "pending", seconds=120)
    assert waiting["state"] == "pending", waiting["problem"]
    return waiting


def _promoted(running: Sandbox) -> dict[str, Any]:
    request = _pending(running)
    assert decision(running, "approver", request).ok
    ended = until(Client(running, "reader"), request["id"], "promoted", seconds=120)
    assert ended["state"] == "promoted", ended["problem"]
    return ended


def _event_grid(running: Sandbox) -> str:
    return f"http://127.0.0.1:{running.config.ports.event_grid}"


def _key(running: Sandbox) -> dict[str, str]:
    return {"x-sandbox-key": running.config.master_key}


def _told(running: Sandbox, request_id: str) -> list[int]:
    """Return the sequences of a request's facts in the order in which the topic took them."""
    url = f"{_event_grid(running)}/facts/events"
    found = requests.get(url, params={"after": 0}, headers=_key(running), timeout=30).json()
    events = [each.get("event", each) for each in found["items"]]
    return [int(each["sequence"]) for each in events if each.get("correlationid") == request_id]


def _channels(running: Sandbox, name: str) -> set[str]:
    found = requests.get(f"{running.config.inbox_url}/api/messages", timeout=60).json()
    items = found["items"] if isinstance(found, dict) else found
    return {each["channel"] for each in items if name in str(each)}


def _run(running: Sandbox, function: str) -> None:
    requests.post(
        f"{running.config.functions_url}/admin/functions/{function}",
        json={},
        headers={"x-functions-key": running.config.master_key},
        timeout=60,
    ).raise_for_status()


def _eventually[T](what: Callable[[], T], *, seconds: float = 60) -> T:
    deadline = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return found
