"""The policy for one central registry: models of a workspace get names and numbers of the registry's own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.azureml.client import ml_client
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID
from sandbox.demo import people_at_work
from sandbox.people import PEOPLE
from sandbox.running import Sandbox, open_state
from tests.e2e.asking import decision, until
from tests.e2e.conftest import Client

pytestmark = pytest.mark.sandbox

TRAIN: Final = Path(__file__).parents[2] / "samples" / "taxi-fare" / "train.py"
CENTRAL: Final = "central-mlops-registry"


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox of one central registry, under the policy that the docs ship for it."""
    config, _ = open_state(tmp_path_factory.mktemp("central"), topology="central")
    with Sandbox(config) as running:
        yield running


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's good model."""
    out = tmp_path_factory.mktemp("trained") / "good"
    command = [sys.executable, str(TRAIN), "--out", str(out), "--variant", "good"]
    subprocess.run(command, check=True, capture_output=True)
    return out


def registered(running: Sandbox, trained: Path, version: str) -> dict[str, Any]:
    """Register the model in the workspace; return its request once people are asked."""
    tags = {**json.loads((trained / "tags.json").read_text()), "owner": "team-fares"}
    people_at_work.register(running.config, "fare", version, trained / "model", tags)
    home = f"subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}"
    place = f"{home}/workspaces/{people_at_work.WORKSPACE}/models/fare/versions/{version}"
    asset = f"azureml://{place}"
    answer = Client(running, "requester").call("POST", "/api/promotions", json={"asset": asset})
    answer.raise_for_status()
    return until(
        running, answer.json()["id"], lambda found: found["state"] in {"pending", "refused"}
    )


def test_two_models_that_wait_at_once_arrive_under_numbers_of_their_own(
    central: Sandbox, trained: Path
) -> None:
    first, second = (registered(central, trained, version) for version in ("7", "40"))

    targets = [(each["target"]["name"], each["target"]["version"]) for each in (first, second)]
    assert targets == [("prod-fare", "1"), ("prod-fare", "2")]
    assert first["checks"][0] == {
        "name": "target_version",
        "outcome": "passed",
        "summary": f"It becomes version 1 of prod-fare: {CENTRAL} has no counted version.",
        "evidence": {"rule": "next", "target": "prod-fare:1"},
    }

    # The later one is decided first.
    for request in (second, first):
        decision(central, "approver", request).raise_for_status()
        assert until(central, request["id"], lambda found: found["state"] == "promoted")

    client = ml_client(central.config, PEOPLE["reader"], registry=CENTRAL)
    for number, request in (("1", first), ("2", second)):
        found = client.models.get("prod-fare", number)
        assert found.properties["promotion.source"] == request["asset"]["id"]
        assert found.properties["promotion.digest"] == request["digest"]
        lineage = Client(central, "reader").call(
            "GET", f"/api/lineage/{CENTRAL}/prod-fare/{number}"
        )
        edges = [each for each in lineage.json()["edges"] if each["kind"] == "promoted"]
        assert [(each["source"], each["target"], each["request"]) for each in edges] == [
            (request["asset"]["id"], request["target"]["id"], request["id"])
        ]
