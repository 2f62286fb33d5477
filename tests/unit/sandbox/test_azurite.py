"""Azurite as a child process: starts whole or says why not, stops in order, keeps what it holds."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from sandbox import azurite
from sandbox.azurite import Azurite, AzuriteError
from sandbox.config import Config, create
from sandbox.errors import PortTakenError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    config = create(tmp_path)
    config.save()
    return config


def test_a_missing_node_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(AzuriteError, match=r"needs Node\.js 20 or newer.*install it"):
        azurite.find_program()


def test_a_missing_install_is_named_with_the_command_that_makes_it(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(azurite, "_PROGRAM", tmp_path / "azurite.js")

    with pytest.raises(AzuriteError, match="make setup"):
        azurite.find_program()


@pytest.mark.azurite
def test_a_taken_port_is_named_and_nothing_is_left_running(config: Config) -> None:
    with socket.create_server(("127.0.0.1", config.ports.azurite_queue)):
        server = Azurite(config)
        with pytest.raises(PortTakenError, match=f"port {config.ports.azurite_queue} .* is taken"):
            server.start()

    assert not server.running


@pytest.mark.azurite
def test_an_azurite_that_ends_while_starting_is_reported_with_its_log(
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    broken = tmp_path / "azurite.js"
    broken.write_text("console.error('what went wrong'); process.exit(3)")
    monkeypatch.setattr(azurite, "_PROGRAM", broken)

    with pytest.raises(AzuriteError, match=r"ended while starting(.|\n)*what went wrong"):
        Azurite(config).start()


@pytest.mark.azurite
def test_an_azurite_that_never_answers_is_reported_and_stopped(
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    silent = tmp_path / "azurite.js"
    silent.write_text("setTimeout(() => {}, 60000)")
    monkeypatch.setattr(azurite, "_PROGRAM", silent)
    server = Azurite(config)

    with pytest.raises(AzuriteError, match="does not answer on ports"):
        server.start(timeout=0.5)
    assert not server.running


@pytest.mark.azurite
def test_a_restart_loses_nothing(config: Config) -> None:
    text = config.connection_string("stdevreg1")
    with Azurite(config):
        with BlobServiceClient.from_connection_string(text) as blobs:
            blobs.create_container("kept").upload_blob("a", b"content")
        with QueueServiceClient.from_connection_string(text) as queues:
            queues.create_queue("kept").send_message("message")
        with TableServiceClient.from_connection_string(text) as tables:
            tables.create_table("kept").create_entity({"PartitionKey": "p", "RowKey": "r"})

    with Azurite(config):
        with BlobServiceClient.from_connection_string(text) as blobs:
            assert blobs.get_blob_client("kept", "a").download_blob().readall() == b"content"
        with QueueServiceClient.from_connection_string(text) as queues:
            assert queues.get_queue_client("kept").peek_messages()[0].content == "message"
        with TableServiceClient.from_connection_string(text) as tables:
            assert tables.get_table_client("kept").get_entity("p", "r")["RowKey"] == "r"


@pytest.mark.azurite
def test_azurite_ends_when_the_process_that_started_it_is_killed(config: Config) -> None:
    program = (
        "import pathlib, sys, time\n"
        "from sandbox.azurite import Azurite\n"
        "from sandbox.config import Config\n"
        "server = Azurite(Config.load(pathlib.Path(sys.argv[1])))\n"
        "server.start()\n"
        "print(server.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, config.state]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        os.kill(parent.pid, signal.SIGKILL)

    child.wait(20)
    assert not child.is_running()


def test_stopping_what_was_never_started_does_nothing(config: Config) -> None:
    server = Azurite(config)

    server.stop()

    assert not server.running
    assert server.pid is None
