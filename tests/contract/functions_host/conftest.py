"""Fixtures of the host's contract tests: hosts on the fixture apps, each for many tests."""

import contextlib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from sandbox.azurite import Azurite
from sandbox.config import Config
from tests.contract.functions_host.harness import APPS, HostProcess, own_config
from tests.contract.functions_host.queue_harness import QueueHost
from tests.contract.functions_host.topic import Topic

type StartHost = Callable[..., HostProcess]


@pytest.fixture(scope="session")
def topic() -> Iterator[Topic]:
    """A topic that records what is published to it."""
    with Topic() as running:
        yield running


@pytest.fixture(scope="session")
def everything(
    sandbox_config: Config,
    azurite: Azurite,
    topic: Topic,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[HostProcess]:
    """A host on the app with HTTP and Event Grid triggers; tests only ask it."""
    assert azurite.running
    config = own_config(sandbox_config, tmp_path_factory.mktemp("everything"))
    settings = {
        "ONE_QUEUE": f"one-{uuid.uuid4().hex}",
        "MANY_QUEUE": f"many-{uuid.uuid4().hex}",
        "TOPIC_ENDPOINT": topic.url,
        "TOPIC_KEY": config.topic_key,
    }
    with HostProcess(config, APPS / "everything", settings) as host:
        yield host


@pytest.fixture
def everything_settings() -> dict[str, str]:
    """App settings that the app `everything` needs to start."""
    return {
        "ONE_QUEUE": "one",
        "MANY_QUEUE": "many",
        "TOPIC_ENDPOINT": "http://127.0.0.1:1/",
        "TOPIC_KEY": "none",
    }


@pytest.fixture(scope="session")
def queues(
    sandbox_config: Config,
    azurite: Azurite,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[QueueHost]:
    """A host on the app with queue triggers, with a lease of two seconds; tests only send to it."""
    assert azurite.running
    config = own_config(sandbox_config, tmp_path_factory.mktemp("queues"))
    with QueueHost(msgspec.structs.replace(config, time_scale=0.001)) as host:
        yield host


@pytest.fixture
def config(sandbox_config: Config, azurite: Azurite, tmp_path: Path) -> Config:
    """A configuration of one test's own on a running Azurite, where leases last two seconds."""
    assert azurite.running
    own = own_config(sandbox_config, tmp_path / "state")
    own = msgspec.structs.replace(own, time_scale=0.001)
    own.save()
    return own


@pytest.fixture
def start_host(config: Config) -> Iterator[StartHost]:
    """Starts hosts that end with the test."""
    with contextlib.ExitStack() as stack:

        def start(app: Path, *arguments: str, **settings: str) -> HostProcess:
            return stack.enter_context(HostProcess(config, app, settings, arguments))

        yield start
