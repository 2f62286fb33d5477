"""Fixtures of Event Grid's tests: an empty one on Azurite, and a webhook for it."""

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from azure.storage.blob import ContainerClient

from sandbox import config as sandbox_configuration
from sandbox.azurite import Azurite
from sandbox.config import Config
from sandbox.event_grid.storage import DEAD_LETTER_CONTAINER, STATE_CONTAINER
from tests.contract.event_grid.grid import Grid, running_grid
from tests.contract.event_grid.receiver import Receiver


@pytest.fixture
def config(sandbox_config: Config, azurite: Azurite) -> Config:
    """The sandbox's configuration with free ports, short waits and an empty Event Grid."""
    assert azurite.running
    for container in (STATE_CONTAINER, DEAD_LETTER_CONTAINER):
        _empty(sandbox_config, container)
    fresh = sandbox_configuration.create(sandbox_config.folder)
    changed = ("event_grid", "functions")
    ports = {name: getattr(fresh.ports, name) for name in changed}
    return msgspec.structs.replace(
        sandbox_config,
        ports=msgspec.structs.replace(sandbox_config.ports, **ports),
        time_scale=0.002,
    )


def _empty(config: Config, container: str) -> None:
    with ContainerClient.from_connection_string(config.connection_string(), container) as client:
        if client.exists():
            for name in list(client.list_blob_names()):
                client.delete_blob(name)


@pytest_asyncio.fixture
async def receiver(config: Config) -> AsyncIterator[Receiver]:
    """A webhook at the Functions app's address."""
    receiver = Receiver()
    async with receiver.serving(config):
        yield receiver


@pytest_asyncio.fixture
async def grid(config: Config) -> AsyncIterator[Grid]:
    """Event Grid with the app's subscription."""
    async with running_grid(config) as grid:
        yield grid
