"""The local Azure ML service for exact counts, one a session, on a state of its own."""

from collections.abc import Iterator

import pytest

from bench import local_cloud
from bench.figures.operations import PARTS
from sandbox.config import Config


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Azurite, the Azure ML service and what the app's channels talk to."""
    with local_cloud.running(tmp_path_factory.mktemp("cloud") / "state", *PARTS) as config:
        yield config
