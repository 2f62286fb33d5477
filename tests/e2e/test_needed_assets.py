"""A model that needs a pipeline, its step and the step's environment, through the whole sandbox."""

from collections.abc import Iterator
from typing import Any

import pytest

from promotion.domain.assets import parse_asset_id
from sandbox.azureml.client import ml_client, quietly
from sandbox.people import PEOPLE
from sandbox.running import Sandbox, open_state
from tests.contract.registries.component_makers import command_component, pipeline_component
from tests.contract.registries.worlds import DEV, PROD
from tests.e2e.asking import asked, decision, offered, until
from tests.e2e.conftest import POLICIES, Client

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def needing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox whose policy lets components and environments travel along."""
    config, _ = open_state(tmp_path_factory.mktemp("needing"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMOTION_POLICY_FILE", str(POLICIES / "needing.yaml"))
        running = Sandbox(config)
        running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def promoted(needing: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Promote a model that needs three others; return its request."""
    folder = tmp_path_factory.mktemp("made")
    author = ml_client(needing.config, PEOPLE["author"], registry=DEV.name)
    with quietly(needing.config):
        pipeline = pipeline_component(author, command_component(author, folder))
    model = offered(needing, "needing", folder, needs=pipeline.id)
    request = asked(needing, model)
    assert request["state"] == "pending", request
    decision(needing, "approver", request).raise_for_status()
    return until(needing, request["id"], lambda found: found["state"] in {"promoted", "failed"})


def test_all_of_it_is_approved_and_arrives(promoted: dict[str, Any], needing: Sandbox) -> None:
    assert promoted["state"] == "promoted", promoted["problem"]
    needed = promoted["dependencies"]
    assert [each["asset"]["kind"] for each in needed] == [
        "environments",
        "components",
        "components",
    ]
    reader = ml_client(needing.config, PEOPLE["reader"], registry=PROD.name)
    with quietly(needing.config):
        for each in needed:
            target = parse_asset_id(each["target"]["id"])
            assert getattr(reader, target.kind).get(target.name, version="1").id == target.id
        tags = reader.models.get("needing", version="1").tags
    assert tags["needs"] == needed[-1]["target"]["id"]


def test_every_part_was_checked_before(promoted: dict[str, Any]) -> None:
    names = [each["name"] for each in promoted["checks"]]

    assert sum(name.startswith("malware_scan (") for name in names) == 3
    assert {each["outcome"] for each in promoted["checks"]} == {"passed"}


def test_the_page_lists_what_travelled(promoted: dict[str, Any], needing: Sandbox) -> None:
    page = Client(needing, "approver").call("GET", f"/promotions/{promoted['id']}")

    assert page.status_code == 200
    for each in promoted["dependencies"]:
        assert each["asset"]["name"] in page.text
    assert "builds an image of its own" in page.text


def test_progress_counts_all_of_it(promoted: dict[str, Any]) -> None:
    along = sum(each["files"] for each in promoted["dependencies"])

    assert promoted["progress"]["files_done"] == promoted["files"] + along
