"""Commands that read the storage themselves, when nothing answers there: they say so after seconds."""

import socket
import time
from collections.abc import Iterator
from typing import Final

import pytest
from typer.testing import CliRunner

from bench import wire
from promotion.bootstrap import entry, storage
from promotion.cli import app
from promotion.settings import StorageSettings
from sandbox.config import AZURITE_ACCOUNT, AZURITE_WELL_KNOWN_KEY

#: Tries of one call, and the seconds that may pass between them, jitter included.
_TRIES: Final = 3
_SECONDS: Final = 10


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The connection string of an account on a port that is bound and that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        at = f"http://127.0.0.1:{bound.getsockname()[1]}/{AZURITE_ACCOUNT}"
        text = f"AccountName={AZURITE_ACCOUNT};AccountKey={AZURITE_WELL_KNOWN_KEY};" + "".join(
            f"{service}Endpoint={at};" for service in ("Blob", "Queue", "Table")
        )
        monkeypatch.setenv("AzureWebJobsStorage", text)
        monkeypatch.setenv("PROMOTION_PUBLIC_URL", "https://promotion.example")
        entry.world.cache_clear()
        yield text
        entry.world.cache_clear()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were to be waited; nobody does."""
    told: list[float] = []
    monkeypatch.setattr(time, "sleep", told.append)
    return told


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(
    "command",
    [
        ["audit", "export"],
        ["audit", "anchors"],
        ["audit", "anchor"],
        ["requests", "rebuild-index"],
    ],
    ids=" ".join,
)
def test_a_command_gives_up_after_a_few_tries(command: list[str], waits: list[float]) -> None:
    with wire.counted() as traffic:
        ran = CliRunner().invoke(app, command)

    assert ran.exit_code == 2
    assert "storage did not answer" in ran.stderr
    # The tables' first call makes a table, which the SDK tries once.
    assert 1 <= len(traffic.requests) <= _TRIES
    assert sum(waits) < _SECONDS


@pytest.mark.parametrize("service", ["tables", "queues", "blobs"])
def test_every_service_of_the_account_is_given_up_alike(
    service: str, nobody: str, waits: list[float]
) -> None:
    settings = StorageSettings(connection_string=nobody, attended=True)
    client = getattr(storage, service)(settings, None)

    with wire.counted() as traffic, pytest.raises(Exception, match="Connection refused"):
        client.get_service_properties()

    assert len(traffic.requests) == _TRIES
    assert sum(waits) < _SECONDS


def test_where_nobody_waits_the_app_is_as_patient_as_its_sdk(
    nobody: str, waits: list[float]
) -> None:
    client = storage.blobs(StorageSettings(connection_string=nobody), lambda: None)  # type: ignore[arg-type,return-value]  # not asked

    with wire.counted() as traffic, pytest.raises(Exception, match="Connection refused"):
        client.get_service_properties()

    assert len(traffic.requests) > _TRIES
    assert sum(waits) > 3 * _SECONDS


@pytest.mark.parametrize(("attended", "seconds"), [(True, 3), (False, 20)])
def test_nobody_waits_minutes_for_a_connection(*, attended: bool, seconds: int) -> None:
    waits = storage._transport(attended=attended).connection_config

    assert (waits.timeout, waits.read_timeout) == (seconds, 60)
