"""The live suite runs, here against the local service: what a user runs on two real registries works."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from promotion.domain.assets import AssetKind, AssetRef
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID
from sandbox.people import APP, AZURE_AUDIENCES, issue_token
from tests.contract.azureml.local_service import LocalService
from tests.contract.registries.worlds import CENTRAL, PROD, LocalWorld
from tests.live.report import Report, Verdict

pytestmark = [pytest.mark.azurite, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[3]
#: As `make test-live`, in a process that finds the sandbox's `*.localhost`.
COMMAND = """
import sys, pytest
from sandbox import resolver
resolver.install()
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "--confcutdir=tests/live", "tests/live"]))
"""


def run(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the suite with these variables and none of the same kind from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIVE_")}
    return subprocess.run(
        [sys.executable, "-c", COMMAND],
        cwd=ROOT,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=550,
    )


def test_without_registries_the_suite_is_skipped_and_says_what_it_needs() -> None:
    done = run({})

    assert done.returncode == 0, done.stdout
    assert " passed" not in done.stdout
    assert "needs LIVE_SOURCE_REGISTRY and LIVE_TARGET_REGISTRY" in done.stdout


def test_every_question_is_answered_by_the_local_service(
    cloud: LocalService, local: LocalWorld, tmp_path: Path
) -> None:
    config, report = cloud.config, tmp_path / "live-report.md"
    now = dt.datetime.now(dt.UTC)

    done = run(
        {
            "LIVE_SOURCE_REGISTRY": "central-mlops-registry",
            "LIVE_TARGET_REGISTRY": "prod-mlops-registry",
            "LIVE_WORKSPACE": f"{SUBSCRIPTION_ID}/{RESOURCE_GROUP}/dev-mlops-workspace",
            "LIVE_PRIVATE_IMAGE": "private.invalid/image:1",
            "LIVE_TOKEN": issue_token(APP, AZURE_AUDIENCES[0], config.signing_key, now=now),
            "LIVE_CLOUD_METADATA": msgspec.json.encode(config.cloud_metadata).decode(),
            "LIVE_REPORT": str(report),
            "REQUESTS_CA_BUNDLE": str(config.ca_bundle),
        },
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout
    assert f"The answers are in {report}." in done.stdout
    table = report.read_text()
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == int(done.stdout.rpartition(" passed")[0].split()[-1])
    assert [row for row in rows if not row.endswith("| as assumed |")] == []
    assert left(local) == []


def left(local: LocalWorld) -> list[str]:
    """Return the throwaway versions that are neither archived nor gone."""
    homes = (CENTRAL, PROD)
    named = [
        AssetRef(home=home, kind=kind, name=each.name, version="1")
        for home in homes
        for kind in (AssetKind.MODELS, AssetKind.ENVIRONMENTS)
        for each in local.registries.names(home, kind)
        if each.name.startswith("promotion-live-")
    ]
    assert len(named) > len(homes), "the suite made nothing, or elsewhere"
    versions = [(asset, each) for asset in named for each in local.registries.versions(asset)]
    return [f"{asset.name}:{each.version}" for asset, each in versions if not each.archived]


def test_an_answer_that_the_product_cannot_live_with_fails_and_is_told(tmp_path: Path) -> None:
    report = Report()
    told: dict[str, Any] = {"assumed": "412", "did": "copied | all\nthe same", "expected": False}

    report.settle("Is it harmless?", **told)
    with pytest.raises(AssertionError, match="Is it grave"):
        report.settle("Is it grave?", **told, otherwise=Verdict.CHANGE)

    report.write(tmp_path / "report.md", heading="Live")
    rows = (tmp_path / "report.md").read_text().splitlines()[-2:]
    assert rows == [
        "| Is it grave? | 412 | copied \\| all the same | OTHER: MUST CHANGE |",
        "| Is it harmless? | 412 | copied \\| all the same | other, copes |",
    ]
