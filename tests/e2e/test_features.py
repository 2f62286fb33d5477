"""What the product does, one test for each capability, through the interfaces that people and programs use."""

import datetime as dt
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.azureml.client import ml_client
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID
from sandbox.demo import people_at_work
from sandbox.people import PEOPLE
from sandbox.ready import ready
from sandbox.running import Sandbox, open_state
from tests.conftest import ROOT
from tests.e2e.conftest import POLICIES, Client
from tests.e2e.registering import DEV, FILES, PROD, registered, until
from tests.e2e.terminal import Terminal
from tests.e2e.test_reconcile import eventually, looked, named, reconcile

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]

CENTRAL = "central-mlops-registry"
WORKSPACE = (
    f"azureml://subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}"
    f"/workspaces/{people_at_work.WORKSPACE}"
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox under a policy that has something of everything."""
    config, _ = open_state(tmp_path_factory.mktemp("features"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMOTION_POLICY_FILE", str(POLICIES / "features.yaml"))
        sandbox = Sandbox(config)
        sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def terminal(running: Sandbox, tmp_path: Path) -> Terminal:
    """The command line beside it."""
    file = tmp_path / "ready.json"
    file.write_text(json.dumps(ready(running.config, now=dt.datetime.now(dt.UTC))))
    return Terminal(file)


@pytest.fixture
def name() -> str:
    """A model's name that nobody has."""
    return f"feature-{uuid.uuid4().hex[:8]}"


def test_automatic_reaction(running: Sandbox, name: str, tmp_path: Path) -> None:
    _in_workspace(running, name, tmp_path)

    opened = eventually(lambda: _on(running, name, "dev-to-prod"))

    assert len(opened) == 1
    assert opened[0]["requested_by"]["name"] == "event-grid"
    people_at_work.share(running.config, name, "1")
    waiting = until(_as(running, "reader"), opened[0]["id"], "pending")
    assert waiting["state"] == "pending"
    assert len(named(_as(running, "reader"), name)) == 2  # one on each route that takes it


def test_two_topologies(running: Sandbox, name: str, tmp_path: Path) -> None:
    _in_workspace(running, name, tmp_path)
    people_at_work.share(running.config, name, "1")
    assert eventually(lambda: len(named(_as(running, "reader"), name)) == 2)
    (through_dev,) = _on(running, name, "dev-to-prod")
    (to_central,) = _on(running, name, "workspace-to-central")

    _decided(running, through_dev["id"], "approver", "security")
    _decided(running, to_central["id"], "approver")

    arrived = [
        until(_as(running, "reader"), each["id"], "promoted") for each in (through_dev, to_central)
    ]
    assert [(each["state"], each["target"]["registry"]) for each in arrived] == [
        ("promoted", PROD),
        ("promoted", CENTRAL),
    ]
    # From the workspace on, also where the registry names it by its GUID alone.
    told = _as(running, "reader").call("GET", f"/api/lineage/{PROD}/{name}/1").json()
    assert sorted(each["kind"] for each in told["edges"]) == ["promoted", "shared"]


def test_validation(running: Sandbox, name: str) -> None:
    asked = _asked(running, registered(running, name, r2="0.1", content=b"harmless"), "dev-to-prod")

    refused = until(_as(running, "reader"), asked["id"], "refused")

    outcomes = {each["name"]: each["outcome"] for each in refused["checks"]}
    assert refused["state"] == "refused"
    assert outcomes["metric_threshold:r2"] == "failed"
    assert outcomes["required_tags"] == "passed"
    assert set(outcomes) == {
        "required_tags",
        "metric_threshold:r2",
        "version_rule",
        "malware_scan",
    }


def test_approval(running: Sandbox, name: str) -> None:
    asked = _asked(running, registered(running, name), "dev-to-prod")
    waiting = until(_as(running, "reader"), asked["id"], "pending")

    early = _decide(running, "security", waiting)
    own = _decide(running, "requester", waiting)
    first = _decide(running, "approver", waiting)
    stale = _decide(running, "security", waiting)
    last = _decide(running, "security", first.json())

    assert (early.status_code, own.status_code) == (409, 403)
    assert (first.status_code, stale.status_code, last.status_code) == (200, 412, 200)
    assert last.json()["state"] == "approved"
    assert eventually(lambda: _told(running, name) >= {"teams", "email"})


def test_promotion(running: Sandbox, name: str, tmp_path: Path) -> None:
    content = b"exactly these bytes\n"
    asked = _asked(running, registered(running, name, content=content), "dev-to-prod")

    ended = _decided(running, asked["id"], "approver", "security")

    lineage = people_at_work.read_back(running.config, name, "1", tmp_path)
    copied = {each.name: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    assert copied == {**FILES, "notes.txt": content}
    assert lineage["promotion.digest"] == ended["digest"]
    assert lineage["promotion.source"] == ended["asset"]["id"]


def test_version_management(running: Sandbox, name: str, tmp_path: Path) -> None:
    for version in ("7", "12"):
        _in_workspace(running, name, tmp_path / version, version=version)
    reader = _as(running, "reader")
    assert eventually(lambda: len(_on(running, name, "workspace-to-central")) == 2)

    targets = {
        until(reader, each["id"], "pending")["target"]["version"]
        for each in _on(running, name, "workspace-to-central")
    }

    assert targets == {"1", "2"}
    same, other = registered(running, f"{name}-x"), registered(running, f"{name}-y")
    registered(running, f"{name}-x", registry=PROD)
    registered(running, f"{name}-y", registry=PROD, content=b"something else")
    effects = [
        _as(running, "requester")
        .call(
            "POST",
            "/api/promotions",
            json={"asset": asset, "route": "dev-to-prod", "dry_run": True},
        )
        .json()["examination"]["effect"]
        for asset in (same, other)
    ]
    assert effects == ["nothing", "conflict"]


def test_audit(running: Sandbox, name: str, terminal: Terminal, tmp_path: Path) -> None:
    asked = _asked(running, registered(running, name), "dev-to-prod")
    _decided(running, asked["id"], "approver", "security")
    answer = _as(running, "reader").call("GET", f"/api/promotions/{asked['id']}/audit/export")
    export = tmp_path / "audit.jsonl"
    export.write_bytes(answer.content)
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(answer.content.replace(b"Looks right.", b"Looks wrong.", 1))

    intact = terminal.bare("audit", "verify", str(export))
    tampered = terminal.bare("audit", "verify", str(broken))

    assert intact.returncode == 0, intact.stderr
    assert "intact" in intact.stdout
    assert tampered.returncode == 1


def test_rollback(running: Sandbox, name: str, terminal: Terminal) -> None:
    for version in ("1", "2"):
        asked = _asked(running, registered(running, name, version=version), "dev-to-prod")
        _decided(running, asked["id"], "approver", "security")
    target = f"azureml://registries/{PROD}/models/{name}/versions/2"

    order = terminal.json("rollback", target, "--reason", "It drifts.", "--to", "1")
    _decide(running, "approver", until(_as(running, "reader"), order["id"], "pending"))

    done = until(_as(running, "reader"), order["id"], "done")
    assert done["state"] == "done", done["problem"]
    models = ml_client(running.config, PEOPLE["reader"], registry=PROD).models
    assert [each.version for each in models.list(name)] == ["1"]
    assert eventually(lambda: "model.withdrawn" in _published(running, order["id"]))


def test_bypass_detection(running: Sandbox, name: str) -> None:
    if not looked(running):
        reconcile(running)
        assert eventually(lambda: looked(running))
    asset = registered(running, name, registry=PROD)

    reconcile(running)

    (record,) = eventually(lambda: named(_as(running, "reader"), name))
    assert (record["state"], record["asset"]["id"]) == ("bypassed", asset)
    assert eventually(lambda: _told(running, name) >= {"teams", "email"})


def test_bulk_migration(running: Sandbox, name: str, terminal: Terminal, tmp_path: Path) -> None:
    for version in ("1", "2", "3"):
        registered(running, name, version=version)
    plan = tmp_path / "plan.json"

    planned = terminal.json(
        "migrate", "plan", "--route", "dev-to-central", "--name", name, "-o", str(plan)
    )
    asked = terminal.json("migrate", "start", str(plan), "-m", "One registry.")
    approved = terminal.run("requests", "approve", asked["id"], "--yes", role="approver")
    watched = terminal.run("migrate", "watch", asked["id"])
    report = terminal.json("migrate", "report", asked["id"])

    assert [each["standing"] for each in planned["items"]] == ["new"] * 3
    assert (asked["state"], asked["files"]) == ("pending", 3)
    assert (approved.returncode, watched.returncode) == (0, 0), watched.stderr
    assert report["counts"] == {"promoted": 3}
    models = ml_client(running.config, PEOPLE["reader"], registry=CENTRAL).models
    assert sorted(each.version for each in models.list(name)) == ["1", "2", "3"]


def test_governance_per_registry(running: Sandbox, name: str, terminal: Terminal) -> None:
    asset = registered(running, name)

    prod = terminal.json("explain", asset, "--route", "dev-to-prod")
    central = terminal.json("explain", asset, "--route", "dev-to-central")
    retained = terminal.run("retention", "plan", "--registry", PROD)

    assert [each["name"] for each in prod["stages"]] == ["business", "security"]
    assert [each["name"] for each in central["stages"]] == ["platform"]
    assert len(prod["examination"]["checks"]) == 4
    assert len(central["examination"]["checks"]) == 1
    assert retained.returncode in {0, 1}, retained.stderr


def test_infrastructure() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.infra_check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_operations(running: Sandbox, name: str, terminal: Terminal) -> None:
    registered(running, name)
    reconcile(running)
    assert eventually(lambda: looked(running))

    looked_after = terminal.json("doctor", "--trial-copy", "--all")
    page = _as(running, "operator").call("GET", "/", headers={"Accept": "text/html"})

    worst = {each["probe"]: each for each in looked_after["findings"] if each["level"] == "bad"}
    assert worst == {}
    copies = [each for each in looked_after["findings"] if each["probe"] == "copy"]
    assert "ok" in {each["level"] for each in copies}
    assert page.status_code == requests.codes.ok
    assert terminal.run("doctor", role="reader").returncode == 1


def test_local_sandbox(running: Sandbox, name: str) -> None:
    registered(running, name)
    models = ml_client(running.config, PEOPLE["reader"], registry=DEV).models

    found = models.get(name, "1")
    facts = ready(running.config, now=dt.datetime.now(dt.UTC))

    assert found.tags["owner"] == "team-fares"
    assert set(facts["people"]) == set(PEOPLE)
    assert all(
        requests.get(f"{facts['functions_url']}/api/promotions", headers=headers, timeout=60).ok
        for headers in facts["people"].values()
    )


def _as(running: Sandbox, role: str) -> Client:
    return Client(running, role)


def _in_workspace(running: Sandbox, name: str, folder: Path, *, version: str = "1") -> None:
    model = folder / "model"
    model.mkdir(parents=True)
    (model / "MLmodel").write_bytes(FILES["MLmodel"])
    tags = {"owner": "team-fares", "r2": "0.93"}
    people_at_work.register(running.config, name, version, model, tags)


def _asked(running: Sandbox, asset: str, route: str) -> dict[str, Any]:
    body = {"asset": asset, "route": route}
    answer = _as(running, "requester").call("POST", "/api/promotions", json=body)
    answer.raise_for_status()
    asked: dict[str, Any] = answer.json()
    return asked


def _on(running: Sandbox, name: str, route: str) -> list[dict[str, Any]]:
    return [each for each in named(_as(running, "reader"), name) if each["route"] == route]


def _decide(running: Sandbox, role: str, request: dict[str, Any]) -> requests.Response:
    return _as(running, role).call(
        "POST",
        f"/api/promotions/{request['id']}/decisions",
        json={"verdict": "approve", "digest": request["digest"], "comment": "Looks right."},
        headers={"If-Match": f'"{request["revision"]}"'},
    )


def _decided(running: Sandbox, request_id: str, *roles: str) -> dict[str, Any]:
    now = until(_as(running, "reader"), request_id, "pending")
    assert now["state"] == "pending", now["problem"]
    for role in roles:
        answer = _decide(running, role, now)
        answer.raise_for_status()
        now = answer.json()
    ended = until(_as(running, "reader"), request_id, "promoted")
    assert ended["state"] == "promoted", ended["problem"]
    return ended


def _told(running: Sandbox, name: str) -> set[str]:
    found = requests.get(f"{running.config.inbox_url}/api/messages", timeout=60).json()
    items = found["items"] if isinstance(found, dict) else found
    return {each["channel"] for each in items if name in str(each)}


def _published(running: Sandbox, request_id: str) -> set[str]:
    url = f"http://127.0.0.1:{running.config.ports.event_grid}/facts/events"
    found = requests.get(url, params={"after": 0}, timeout=30).json()["items"]
    events = [each.get("event", each) for each in found]
    return {
        each["type"].removeprefix("com.mlpromotion.").removesuffix(".v1")
        for each in events
        if each.get("correlationid") == request_id
    }
