"""A restart of the service loses nothing, and the service runs as a process of its own."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from sandbox import config as sandbox_configuration
from sandbox.people import PEOPLE, Identity
from tests.contract.azureml.calls import Calls
from tests.contract.azureml.local_service import LocalService
from tests.contract.azureml.test_sdk_models import contents, model

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

pytestmark = pytest.mark.azurite

DEV = "dev-mlops-registry"
ROOT = Path(__file__).parents[3]


def test_assets_and_their_files_outlive_the_service(
    sdk: "Callable[..., MLClient]",
    cloud: LocalService,
    name: str,
    model_folder: Path,
    tmp_path: Path,
) -> None:
    registry = sdk(PEOPLE["author"], registry=DEV)
    before = registry.models.create_or_update(model(name, model_folder))
    cloud.restart()
    after = registry.models.get(name, version="1")
    registry.models.download(name, "1", download_path=tmp_path / "out")

    assert (after.tags, after.description) == (before.tags, before.description)
    assert after.creation_context.created_at == before.creation_context.created_at
    assert contents(tmp_path / "out" / name / "model") == contents(model_folder)
    assert registry.models.create_or_update(model(name, model_folder, None)).version == "2"


def test_the_service_runs_as_a_process_and_logs_who_asked_for_what(
    cloud: LocalService, tmp_path: Path, name: str, calls_of: Callable[[Identity | None], Calls]
) -> None:
    ports = sandbox_configuration.create(tmp_path).ports
    theirs = {"azureml": ports.azureml, "azureml_operations": ports.azureml_operations}
    kept = msgspec.structs.replace(cloud.config.ports, **theirs)
    config = msgspec.structs.replace(cloud.config, state=str(tmp_path), ports=kept)
    config.save()
    command = [sys.executable, "-m", "sandbox.azureml", "--state", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            _wait_for(config.ports.azureml_operations)
            calls = Calls(config, PEOPLE["reader"])
            answer = calls.get(calls.registry(DEV, f"/models/{name}"), params={"secret": "x"})
            calls.close()
        finally:
            process.terminate()
    log = (tmp_path / "logs" / "azureml.log").read_text()

    assert process.returncode == 0
    assert answer.status_code == 404
    line = next(one for one in log.splitlines() if f"/models/{name}" in one)
    for fact in ("method='GET'", "status=404", "who='reader'"):
        assert fact in line
    assert "secret" not in log
    assert calls_of(None).get(calls_of(None).registry(DEV)).status_code == 401


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port} after 30 s")
