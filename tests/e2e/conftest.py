"""A whole sandbox for the end-to-end tests, one a session, and what an outside program would have of it."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.people import APP_AUDIENCE, PEOPLE, issue_token
from sandbox.running import Sandbox, open_state

POLICIES = Path(__file__).parent / "policies"


def fresh_environment() -> dict[str, str]:
    """Return the environment without what azure-ai-ml wrote into it in this process."""
    return {name: value for name, value in os.environ.items() if name != "AZUREML_CURRENT_CLOUD"}


class Client:
    """HTTP as one of the sandbox's people, against the app alone."""

    def __init__(self, running: Sandbox, role: str) -> None:
        self._config = running.config
        token = issue_token(
            PEOPLE[role],
            APP_AUDIENCE,
            self._config.signing_key,
            now=dt.datetime.now(dt.UTC),
        )
        self.headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, **options: Any) -> requests.Response:  # noqa: ANN401 -- passed on
        """Send a request; headers are added to the person's own."""
        headers = {**self.headers, **options.pop("headers", {})}
        url = self._config.functions_url + path
        return requests.request(method, url, headers=headers, timeout=60, **options)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The whole sandbox on a new state."""
    config, _ = open_state(tmp_path_factory.mktemp("sandbox"))
    with Sandbox(config) as running:
        yield running


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox whose policy asks for evidence, two approvers, and security after them."""
    config, _ = open_state(tmp_path_factory.mktemp("strict"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMOTION_POLICY_FILE", str(POLICIES / "strict.yaml"))
        running = Sandbox(config)
        running.start()
    yield running
    running.stop()


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    """The app as an approver sees it."""
    return Client(sandbox, "approver")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where plays put what they make."""
    return tmp_path_factory.mktemp("play")
