"""An unmodified MLClient for one of the sandbox's identities, for people's scripts, the demo and the tests.

Only the credential and the cloud metadata are ours. Must not be imported by the service itself.
"""

import contextlib
import datetime as dt
import logging
import os
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from azure.core.credentials import AccessToken

from sandbox import resolver
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID, Config
from sandbox.people import AZURE_AUDIENCES, Identity, issue_token

if TYPE_CHECKING:
    from azure.ai.ml import MLClient


def cloud_name(config: Config) -> str:
    """Return the sandbox's cloud name; the SDK keeps the first metadata it sees under a name."""
    return f"sandbox-{config.ports.azureml}"


class SandboxCredential:
    """A token credential that gives the same identity's token for every scope."""

    def __init__(self, config: Config, identity: Identity) -> None:
        self._config = config
        self._identity = identity

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # noqa: ANN401, ARG002 - azure-core's protocol; one audience serves all
        """Return a fresh token."""
        now = dt.datetime.now(dt.UTC)
        token = issue_token(self._identity, AZURE_AUDIENCES[0], self._config.signing_key, now=now)
        return AccessToken(token, int((now + dt.timedelta(hours=1)).timestamp()))


def ml_client(
    config: Config,
    identity: Identity,
    *,
    registry: str | None = None,
    workspace: str | None = None,
    polling_interval: int = 1,
    show_progress: bool = True,
) -> "MLClient":
    """Return azure-ai-ml's own client for a registry or a workspace of the sandbox.

    Changes this process: `*.localhost` resolves to loopback, REQUESTS_CA_BUNDLE names the sandbox's
    authority, and the SDK itself sets AZUREML_CURRENT_CLOUD (which `share` reads: with clients of two
    sandboxes in one process, only those of the one that was made last can share).

    Args:
        config: of a running sandbox.
        identity: whom the client acts for.
        registry: give this or `workspace`.
        workspace: give this or `registry`.
        polling_interval: seconds between two polls (the SDK's `share` ignores it).
        show_progress: the SDK's bars on standard error. Without them it waits for ever when the
            upload of a file in a folder fails (1.35.2 looks at its workers only to move the bar).
    """
    from azure.ai.ml import MLClient

    resolver.install()
    os.environ["REQUESTS_CA_BUNDLE"] = str(config.ca_bundle)
    return MLClient(
        SandboxCredential(config, identity),
        SUBSCRIPTION_ID,
        RESOURCE_GROUP,
        workspace,
        registry,
        cloud=cloud_name(config),
        cloud_metadata=config.cloud_metadata,
        polling_interval=polling_interval,
        show_progress=show_progress,
    )


@contextlib.contextmanager
def quietly(config: Config) -> Iterator[None]:
    """Keep what the SDK draws and says in a log beside the others."""
    path = config.folder / "logs" / "sdk.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        path.open("a", encoding="utf-8") as log,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
        _logged_to(log),
    ):
        yield


@contextlib.contextmanager
def _logged_to(log: IO[str]) -> Iterator[None]:
    # The SDK's logger holds on to the standard error that there was when it was imported.
    handlers = [
        (each, each.stream)
        for each in logging.getLogger("azure.ai.ml").handlers
        if isinstance(each, logging.StreamHandler)
    ]
    try:
        for handler, _ in handlers:
            handler.setStream(log)
        yield
    finally:
        for handler, stream in handlers:
            handler.setStream(stream)
