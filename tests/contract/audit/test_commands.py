"""`audit export`, `key`, `anchor`, `anchors`, as an auditor runs them against a storage account of Azure's form."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient

from promotion.adapters.blobs import BlobEvidence
from promotion.adapters.signing import LocalSigner
from promotion.adapters.tables import TableRequests
from promotion.domain.export import SealRecord, read_line
from promotion.domain.facts import Fact
from promotion.domain.request import Request
from sandbox import azurite as azurite_server
from sandbox import config as sandbox_configuration
from sandbox.app_environment import app_environment, public_key, signing_key
from sandbox.config import Config
from tests import trails
from tests.building import Stage

pytestmark = pytest.mark.azurite

ROOT: Final = Path(__file__).parent.parent.parent.parent
ABSENT: Final = "a" * 26


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """A storage account of its own: an export holds everything that is stored."""
    config = sandbox_configuration.create(tmp_path_factory.mktemp("audit"))
    config.save()
    with azurite_server.Azurite(config):
        yield config


@pytest.fixture(scope="module")
def stored(config: Config) -> Iterator[tuple[Request, ...]]:
    """Two promotions and a rejection, the newest first."""
    text = config.connection_string()
    with (
        BlobServiceClient.from_connection_string(text) as blobs,
        TableServiceClient.from_connection_string(text) as service,
    ):
        stage = trails.stage()
        stage.signer = LocalSigner.from_pem(signing_key(config).read_bytes())
        stage.evidence = BlobEvidence(blobs)  # type: ignore[assignment]  # the real one
        requests = TableRequests(service, stage.evidence)
        requests.prepare()
        stage.requests = requests
        yield tuple(reversed(_played(stage)))


def _played(stage: Stage) -> list[Request]:
    return [
        trails.promoted(stage, "1"),
        trails.rejected(stage, "2"),
        trails.promoted(stage, "3"),
    ]


type Ran = subprocess.CompletedProcess[bytes]


def run(config: Config, *arguments: str, **settings: str) -> Ran:
    """Run `promotion audit` with the app's settings."""
    return subprocess.run(
        [sys.executable, "-m", "promotion", "audit", *arguments],
        cwd=ROOT,
        env={**app_environment(config), "COLUMNS": "200", **settings},
        capture_output=True,
        check=False,
    )


def facts_of(content: bytes) -> list[Fact]:
    lines = [read_line(line) for line in content.splitlines(keepends=True)]
    return [each for each in lines if isinstance(each, Fact)]


def test_everything_is_exported_and_verifies_with_key_and_anchors(
    config: Config, stored: tuple[Request, ...], tmp_path: Path
) -> None:
    export, anchors, key = (str(tmp_path / name) for name in ("audit.jsonl", "anchors", "key"))

    anchored = run(config, "anchor", "--whole")
    copied = run(config, "anchors", "-o", anchors)
    exported = run(config, "export", "-o", export)
    Path(key).write_bytes(run(config, "key").stdout)
    verified = run(config, "verify", export, "--key", key, "--anchors", anchors, "--json")

    assert [each.returncode for each in (anchored, copied, exported, verified)] == [0, 0, 0, 0]
    assert b"3 heads anchored in 1 lines" in anchored.stdout
    count = sum(request.revision for request in stored)
    assert f"{count} facts of 3 requests".encode() in exported.stdout
    assert json.loads(verified.stdout)["report"]["facts"] == count
    assert Path(key).read_text().strip() == public_key(config).read_text().strip()


def test_anchoring_everything_again_needs_to_be_asked_for(
    config: Config, stored: tuple[Request, ...]
) -> None:
    assert stored
    run(config, "anchor")

    again, whole = run(config, "anchor"), run(config, "anchor", "--whole")

    assert b"0 heads anchored in 1 lines" in again.stdout
    assert b"3 heads anchored in 1 lines" in whole.stdout


def test_the_standard_output_is_the_export_itself(
    config: Config, stored: tuple[Request, ...]
) -> None:
    done = run(config, "export")

    assert done.returncode == 0
    assert len(facts_of(done.stdout)) == sum(request.revision for request in stored)
    assert isinstance(read_line(done.stdout.splitlines(keepends=True)[-1]), SealRecord)
    # How far it is goes to the standard error.
    assert b"facts of 3 requests" in done.stderr


def test_an_export_holds_what_was_asked_for_and_nothing_else(
    config: Config, stored: tuple[Request, ...]
) -> None:
    third, second, first = stored
    middle = second.created_at.strftime("%Y-%m-%dT%H:%M:%S")
    after = third.created_at.strftime("%Y-%m-%dT%H:%M:%S")
    asked = {
        ("--request", first.id): {first.id},
        ("--name", "taxi-fare", "--version", "2"): {second.id},
        ("--name", "taxi-fare"): {first.id, second.id, third.id},
        ("--name", "absent"): set(),
        ("--since", after): {third.id},
        ("--until", middle): {first.id},
        ("--since", middle, "--until", after): {second.id},
        ("--since", "2001-01-01", "--until", "2001-01-02"): set(),
    }

    for options, expected in asked.items():
        done = run(config, "export", *options)

        assert done.returncode == 0, done.stderr
        assert {fact.request for fact in facts_of(done.stdout)} == expected, options


def test_a_request_that_is_not_there_is_exit_code_2_and_no_file(
    config: Config, stored: tuple[Request, ...], tmp_path: Path
) -> None:
    assert stored

    done = run(config, "export", "--request", ABSENT, "-o", str(tmp_path / "audit.jsonl"))

    assert done.returncode == 2
    assert b"not complete" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_trail_with_a_hole_is_left_out_and_told(
    config: Config, stored: tuple[Request, ...], tmp_path: Path
) -> None:
    third, second, first = stored
    export = tmp_path / "audit.jsonl"
    with TableServiceClient.from_connection_string(config.connection_string()) as service:
        table = service.get_table_client("promotions")
        row = next(
            dict(each)
            for each in table.query_entities(f"PartitionKey eq '{second.id}'")
            if each["RowKey"].startswith("evt-") and each["RowKey"].endswith("2")
        )
        table.delete_entity(row)
        try:
            done = run(config, "export", "-o", str(export))
        finally:
            table.create_entity(row)

    assert done.returncode == 1
    assert second.id.encode() in done.stderr
    assert {fact.request for fact in facts_of(export.read_bytes())} == {first.id, third.id}


def test_evidence_that_was_changed_is_left_out_and_told(
    config: Config, stored: tuple[Request, ...], tmp_path: Path
) -> None:
    export = tmp_path / "audit.jsonl"
    statement = stored[0].attestation.removeprefix("sha256:")
    with BlobServiceClient.from_connection_string(config.connection_string()) as service:
        container = service.get_container_client("evidence")
        (name,) = [
            each.name for each in container.list_blobs() if statement in each.name.replace("/", "")
        ]
        blob = container.get_blob_client(name)
        content = blob.download_blob().readall()
        blob.upload_blob(b"something else", overwrite=True)
        try:
            done = run(config, "export", "-o", str(export))
        finally:
            blob.upload_blob(content, overwrite=True)

    verified = run(config, "verify", str(export), "--all")

    assert done.returncode == 1
    assert statement.encode() in done.stderr
    assert verified.returncode == 1
    assert f"sha256:{statement} of fact".encode() in verified.stderr


@pytest.mark.parametrize("command", ["export", "anchor", "anchors", "key"])
def test_settings_that_are_missing_are_named_with_exit_code_2(config: Config, command: str) -> None:
    done = run(config, command, AzureWebJobsStorage="")

    assert done.returncode == 2
    assert b"AzureWebJobsStorage" in done.stderr


def test_without_a_key_there_is_none_to_print(config: Config) -> None:
    done = run(config, "key", PROMOTION_SIGNING_KEY_FILE="")

    assert done.returncode == 2
    assert b"PROMOTION_SIGNING_KEY" in done.stderr


def test_a_storage_that_does_not_answer_is_exit_code_2(config: Config) -> None:
    text = config.connection_string().replace(str(config.ports.azurite_table), "1")

    done = run(config, "export", AzureWebJobsStorage=text)

    assert done.returncode == 2
    assert b"Table storage did not answer" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_facts_in_an_export_are_the_stored_ones(
    config: Config, stored: tuple[Request, ...]
) -> None:
    done = run(config, "export", "--request", stored[0].id)

    facts = facts_of(done.stdout)
    assert facts[-1].hash == stored[0].head
    assert [fact.sequence for fact in facts] == list(range(1, stored[0].revision + 1))
