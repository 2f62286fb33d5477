"""Fixtures: a local Azure ML service with its storage, raw calls and SDK clients by identity."""

import contextlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil
import pytest

from sandbox import config as sandbox_configuration
from sandbox.azureml.client import ml_client
from sandbox.azurite import Azurite
from sandbox.config import Config
from sandbox.people import Identity
from tests.contract.azureml.calls import Calls
from tests.contract.azureml.local_service import LocalService

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

DEV = "dev-mlops-registry"
PROD = "prod-mlops-registry"
WORKSPACE = "dev-mlops-workspace"


@pytest.fixture(scope="session")
def cloud_config(sandbox_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The sandbox's configuration with ports of its own for Azure ML, and hardly any waiting."""
    other = sandbox_configuration.create(tmp_path_factory.mktemp("ports")).ports
    ports = msgspec.structs.replace(
        sandbox_config.ports,
        azureml=other.azureml,
        azureml_operations=other.azureml_operations,
        event_grid=other.event_grid,
    )
    return msgspec.structs.replace(sandbox_config, ports=ports, time_scale=0.0005)


@pytest.fixture(scope="session")
def cloud(
    cloud_config: Config,
    azurite: Azurite,
    blob_front: psutil.Process,
    certificates: None,
) -> Iterator[LocalService]:
    """The running service."""
    assert azurite.running
    assert blob_front.is_running()
    assert certificates is None
    service = LocalService(cloud_config)
    service.start()
    yield service
    service.stop()


@pytest.fixture
def calls_of(cloud: LocalService) -> Iterator[Callable[[Identity | None], Calls]]:
    """Raw HTTP as an identity; None sends no token. The knobs are reset afterwards."""
    with contextlib.ExitStack() as opened:

        def make(identity: Identity | None) -> Calls:
            calls = Calls(cloud.config, identity)
            opened.callback(calls.close)
            return calls

        yield make
        assert make(None).admin("DELETE", "sandbox/knobs").status_code == 204


@pytest.fixture
def sdk(cloud: LocalService) -> Iterator[Callable[..., "MLClient"]]:
    """azure-ai-ml's client: `sdk(identity, registry=...)` or `workspace=...`."""
    kept = dict(os.environ)

    def make(identity: Identity, **place: str) -> "MLClient":
        return ml_client(cloud.config, identity, **place)  # type: ignore[arg-type]  # names by kind

    yield make
    for name in set(os.environ) - set(kept):
        del os.environ[name]
    os.environ.update(kept)


@pytest.fixture
def name() -> str:
    """A name no other test uses, fit for every kind of asset."""
    return f"asset_{uuid.uuid4().hex[:10]}"


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A small model in a folder, with a blank and letters beyond ASCII in its names."""
    folder = tmp_path / "model"
    (folder / "data files").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}\n")
    (folder / "data files" / "größe.bin").write_bytes(bytes(range(256)) * 64)
    return folder
