"""Each channel with its other side: the sandbox's servers as processes, a stand-in where there is none."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from azure.core.credentials import AzureKeyCredential

from promotion.adapters.event_grid import EventGridTopic
from promotion.adapters.memory import MemoryEvidence
from promotion.ports import Channel
from sandbox.azurite import Azurite
from sandbox.config import Config
from tests.conftest import ROOT
from tests.contract.channels.receiver import Answer, Receiver, receiving
from tests.contract.channels.sides import (
    CommunicationSide,
    Side,
    SmtpSide,
    TeamsSide,
    TopicSide,
)


@contextlib.contextmanager
def _serving(config: Config, module: str, greeting: str) -> Iterator[None]:
    command = [sys.executable, "-m", module, "--state", config.state]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        started = process.stdout.readline()
        try:
            assert started.startswith(greeting), f"{module} did not start: {started!r}"
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def event_grid(sandbox_config: Config, azurite: Azurite) -> Iterator[Config]:
    """The sandbox's Event Grid in a process of its own."""
    assert azurite.running
    with _serving(sandbox_config, "sandbox.event_grid", "event grid: "):
        yield sandbox_config


@pytest.fixture(scope="module")
def inbox(sandbox_config: Config) -> Iterator[Config]:
    """The sandbox's inbox in a process of its own."""
    with _serving(sandbox_config, "sandbox.inbox", "inbox: "):
        yield sandbox_config


@pytest.fixture
def communication() -> Iterator[Receiver]:
    """A stand-in for Azure Communication Services that takes every mail."""
    taken = Answer(202, b'{"id":"1","status":"Running"}', {"Content-Type": "application/json"})
    with receiving(taken) as receiver:
        yield receiver


@pytest.fixture(
    params=[
        pytest.param("topic", marks=pytest.mark.azurite),
        "teams",
        "smtp",
        "communication",
    ],
)
def side(request: pytest.FixtureRequest) -> Side:
    """One channel with its other side, to which nothing was told yet."""
    match request.param:
        case "topic":
            return TopicSide(request.getfixturevalue("event_grid"))
        case "teams":
            return TeamsSide(request.getfixturevalue("inbox"))
        case "smtp":
            return SmtpSide(request.getfixturevalue("inbox"))
        case _:
            return CommunicationSide(request.getfixturevalue("communication"))


@pytest.fixture
def opened() -> Iterator[Callable[[Channel], Channel]]:
    """Closes the connections of channels that a test made."""
    with contextlib.ExitStack() as stack:

        def remember(channel: Channel) -> Channel:
            close: Any = getattr(channel, "close", None)
            if close is not None:
                stack.callback(close)
            return channel

        yield remember


@pytest.fixture
def topic_side(event_grid: Config) -> TopicSide:
    """The custom topic of the sandbox's Event Grid."""
    return TopicSide(event_grid)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server that answers as a test plans, 200 otherwise."""
    with receiving(Answer(200)) as receiver:
        yield receiver


@pytest.fixture
def topic(receiver: Receiver) -> Iterator[EventGridTopic]:
    """A topic at that server."""
    key = AzureKeyCredential("a key")
    topic = EventGridTopic(receiver.url, key, MemoryEvidence(), allow_loopback=True)
    yield topic
    topic.close()
