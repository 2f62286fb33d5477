"""Fixtures shared by all tests: the sandbox's names and keys in a folder of their own, and Azurite.

Session fixtures belong to one pytest-xdist worker each: every worker has its own ports and state.
A fixture that cannot work fails and says what to install; none of them skips.
"""

import datetime as dt
import ipaddress
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import hypothesis
import psutil
import pytest

from sandbox import azurite as azurite_server
from sandbox import config as sandbox_configuration
from sandbox import resolver, tls

# Times belong in the bench: a busy machine must not turn a property into a failure.
hypothesis.settings.register_profile("promotion", deadline=None, print_blob=True)
hypothesis.settings.load_profile("promotion")

ROOT: Final = Path(__file__).parent.parent


def _refuse_far_connections(event: str, arguments: tuple[Any, ...]) -> None:
    # An audit hook sees every connection of this process, whichever library makes it.
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    if not _loopback(arguments[1][0]):
        raise ConnectionRefusedError(f"tests talk to loopback only, not to {arguments[1]}")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def pytest_configure() -> None:
    """Keep the tests of this process from talking to anything but loopback."""
    sys.addaudithook(_refuse_far_connections)


@pytest.fixture(scope="session")
def sandbox_config(
    tmp_path_factory: pytest.TempPathFactory,
) -> sandbox_configuration.Config:
    """A sandbox's configuration with free ports, saved in a new folder; nothing runs yet."""
    config = sandbox_configuration.create(tmp_path_factory.mktemp("sandbox"))
    config.save()
    return config


@pytest.fixture(scope="session")
def azurite(
    sandbox_config: sandbox_configuration.Config,
) -> Iterator[azurite_server.Azurite]:
    """Azurite with every account of the configuration, stopped at the session's end.

    Fails, saying `make setup`, when Node.js or Azurite is missing.
    """
    try:
        azurite_server.find_program()
    except azurite_server.AzuriteError as error:
        pytest.fail(str(error), pytrace=False)
    with azurite_server.Azurite(sandbox_config) as running:
        yield running


@pytest.fixture(scope="session")
def certificates(sandbox_config: sandbox_configuration.Config) -> None:
    """The sandbox's certificates, made; `sandbox_config.ca_bundle` is what clients trust."""
    tls.ensure(sandbox_config)


@pytest.fixture(scope="session")
def blob_front(
    sandbox_config: sandbox_configuration.Config,
    azurite: azurite_server.Azurite,
    localhost_names: None,
) -> Iterator[psutil.Process]:
    """The HTTPS front of Azurite's blobs, in a process of its own."""
    assert azurite.running
    assert localhost_names is None
    command = [sys.executable, "-m", "sandbox.blob_front", "--state", sandbox_config.state]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        started = process.stdout.readline()
        try:
            assert started.startswith("blob front: "), f"the front did not start: {started!r}"
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def localhost_names() -> None:
    """`*.localhost` resolves to loopback in this process."""
    resolver.install()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome; fails, saying how to get one, when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.fail(
            "the browser tests need Chromium: install your system's package chromium",
            pytrace=False,
        )
    return found


@pytest.fixture
def now() -> dt.datetime:
    """A fixed moment, with its zone."""
    return dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
