"""The inbox in this process, with a folder of its own; needs no Azurite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox import config as sandbox_configuration
from sandbox.config import Config
from tests.contract.inbox.inbox import Inbox, running_inbox


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A sandbox's configuration in an empty folder."""
    return sandbox_configuration.create(tmp_path)


@pytest_asyncio.fixture
async def inbox(config: Config) -> AsyncIterator[Inbox]:
    """A running inbox without messages."""
    async with running_inbox(config) as inbox:
        yield inbox
