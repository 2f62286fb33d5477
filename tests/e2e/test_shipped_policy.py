"""The policy that users copy, over the sample's three variants: what passes, what does not, and why."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.demo import people_at_work
from sandbox.running import Sandbox, open_state
from tests.e2e.asking import until
from tests.e2e.conftest import Client

pytestmark = pytest.mark.sandbox

ROOT: Final = Path(__file__).parents[2]
TRAIN: Final = ROOT / "samples" / "taxi-fare" / "train.py"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox under the policy for two registries that the docs ship."""
    config, _ = open_state(tmp_path_factory.mktemp("shipped"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMOTION_POLICY_FILE", str(ROOT / "docs/policies/two-registries.yaml"))
        running = Sandbox(config)
        running.start()
    yield running
    running.stop()


def judged(running: Sandbox, variant: str, folder: Path) -> dict[str, Any]:
    """Train a variant, register and share it; return its request once it was judged."""
    out = folder / variant
    command = [sys.executable, str(TRAIN), "--out", str(out), "--variant", variant]
    subprocess.run(command, check=True, capture_output=True)
    tags = {**json.loads((out / "tags.json").read_text()), "owner": "team-fares"}
    name = f"fare-{variant}"
    people_at_work.register(running.config, name, "1", out / "model", tags)
    people_at_work.share(running.config, name, "1")
    asset = f"azureml://registries/{people_at_work.SOURCE}/models/{name}/versions/1"
    answer = Client(running, "requester").call("POST", "/api/promotions", json={"asset": asset})
    answer.raise_for_status()
    return until(
        running, answer.json()["id"], lambda found: found["state"] in {"pending", "refused"}
    )


def outcomes(request: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["outcome"] for check in request["checks"]}


def test_the_good_model_passes_every_check_and_people_are_asked(
    shipped: Sandbox, tmp_path: Path
) -> None:
    request = judged(shipped, "good", tmp_path)

    assert request["state"] == "pending", request
    assert set(outcomes(request).values()) == {"passed"}
    assert [stage["name"] for stage in request["stages"]] == ["business", "security"]


def test_the_weak_model_is_refused_for_its_metric_alone(shipped: Sandbox, tmp_path: Path) -> None:
    request = judged(shipped, "weak", tmp_path)

    assert request["state"] == "refused"
    assert [name for name, outcome in outcomes(request).items() if outcome == "failed"] == [
        "metric_threshold:r2"
    ]


def test_the_poisoned_model_is_refused_with_the_place_of_its_code(
    shipped: Sandbox, tmp_path: Path
) -> None:
    request = judged(shipped, "poisoned", tmp_path)

    assert request["state"] == "refused"
    (scan,) = [check for check in request["checks"] if check["outcome"] == "failed"]
    assert scan["name"] == "malware_scan"
    first = scan["evidence"]["blocked"][0]
    assert first["path"] == "model.pkl"
    assert isinstance(first["offset"], int)
