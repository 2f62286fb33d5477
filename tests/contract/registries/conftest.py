"""Fixtures: the local Azure ML service behind a steered blob front, and the worlds of the contract."""

import os
from collections.abc import Iterator
from typing import Final

import msgspec
import pytest

from sandbox import config as sandbox_configuration
from sandbox.azurite import Azurite
from sandbox.config import Config
from tests.contract.azureml.local_service import LocalService
from tests.contract.registries.front import Front
from tests.contract.registries.worlds import LocalWorld, MemoryWorld, World

_CHANGED: Final = ("REQUESTS_CA_BUNDLE", "AZUREML_CURRENT_CLOUD")


@pytest.fixture(scope="session")
def cloud_config(sandbox_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The sandbox's configuration with ports of its own but for Azurite, and hardly any waiting."""
    other = sandbox_configuration.create(tmp_path_factory.mktemp("ports")).ports
    ports = msgspec.structs.replace(
        other,
        azurite_blob=sandbox_config.ports.azurite_blob,
        azurite_queue=sandbox_config.ports.azurite_queue,
        azurite_table=sandbox_config.ports.azurite_table,
    )
    return msgspec.structs.replace(sandbox_config, ports=ports, time_scale=0.0005)


@pytest.fixture(scope="session")
def running_front(
    cloud_config: Config,
    azurite: Azurite,
    certificates: None,
    localhost_names: None,
) -> Iterator[Front]:
    """The steered blob front."""
    assert azurite.running
    assert certificates is localhost_names is None
    front = Front(cloud_config)
    front.start()
    yield front
    front.stop()


@pytest.fixture
def front(running_front: Front) -> Iterator[Front]:
    """The steered blob front, nothing planned, nothing seen."""
    running_front.reset()
    yield running_front
    running_front.reset()


@pytest.fixture(scope="session")
def cloud(cloud_config: Config, running_front: Front) -> Iterator[LocalService]:
    """The local Azure ML service."""
    assert running_front.config is cloud_config
    service = LocalService(cloud_config)
    service.start()
    yield service
    service.stop()


@pytest.fixture
def trusted(cloud_config: Config) -> Iterator[None]:
    """This process trusts the sandbox's certificates, as an app that is told so does."""
    kept = {name: os.environ.get(name) for name in _CHANGED}
    os.environ["REQUESTS_CA_BUNDLE"] = str(cloud_config.ca_bundle)
    yield
    for name, value in kept.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@pytest.fixture
def local(cloud: LocalService, front: Front, trusted: None) -> Iterator[LocalWorld]:
    """The real implementation, over the local service."""
    assert trusted is None
    assert not front.plans
    world = LocalWorld(cloud.config)
    yield world
    world.close()
    cloud.service.knobs.clear()


@pytest.fixture(params=["memory", pytest.param("local", marks=pytest.mark.azurite)])
def world(request: pytest.FixtureRequest) -> World:
    """One implementation of the port, with the world behind it."""
    if request.param == "memory":
        return MemoryWorld()
    found: World = request.getfixturevalue("local")
    return found
