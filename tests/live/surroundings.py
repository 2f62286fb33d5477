"""Where the live suite works, read from the environment. Knows names of variables; asks no service.

Nothing has a default that points anywhere: without the two registries there is nothing to run against.
"""

import datetime as dt
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from azure.core.credentials import AccessToken, TokenCredential
from azure.identity import DefaultAzureCredential

from promotion.adapters.azureml import CloudSettings
from promotion.domain.assets import AssetKind, AssetRef, Home, Registry, Workspace

SOURCE = "LIVE_SOURCE_REGISTRY"
TARGET = "LIVE_TARGET_REGISTRY"
WORKSPACE = "LIVE_WORKSPACE"
TOKEN = "LIVE_TOKEN"
CLOUD = "LIVE_CLOUD_METADATA"
IMAGE = "LIVE_PRIVATE_IMAGE"

#: What everything that is made here is called first, so that people recognise it.
PREFIX = "promotion-live"


class GivenToken:
    """A bearer token somebody gave, for every scope."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        """Return the token, as if it were good for another hour."""
        until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
        return AccessToken(self._token, int(until.timestamp()))


@dataclass
class Surroundings:
    """Two registries, perhaps a workspace, whoever is signed in, and what was made so far."""

    source: Registry
    target: Registry
    workspace: Workspace | None
    credential: TokenCredential
    cloud: CloudSettings
    private_image: str
    made: list[AssetRef] = field(default_factory=list)
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    def asset(self, what: str, home: Home, kind: AssetKind = AssetKind.MODELS) -> AssetRef:
        """Return the name of a throwaway version, to be archived at the end if it comes to be."""
        name = f"{PREFIX}-{self.run}-{what}"
        return self.throwaway(AssetRef(home=home, kind=kind, name=name, version="1"))

    def throwaway(self, asset: AssetRef) -> AssetRef:
        """Note a version that may come to be."""
        self.made.append(asset)
        return asset


def missing(environ: Mapping[str, str] = os.environ) -> str:
    """Return what to set before the suite can run; empty: it can."""
    lacking = [name for name in (SOURCE, TARGET) if not environ.get(name)]
    if not lacking:
        return ""
    return f"needs {' and '.join(lacking)}: docs/live.md tells what is made, read and archived"


def surroundings(environ: Mapping[str, str] = os.environ) -> Surroundings:
    """Return what the environment names.

    Raises:
        ValueError: a variable is not in its form.
    """
    metadata = environ.get(CLOUD, "")
    return Surroundings(
        source=Registry(environ[SOURCE]),
        target=Registry(environ[TARGET]),
        workspace=_workspace(environ.get(WORKSPACE, "")),
        credential=_credential(environ.get(TOKEN, "")),
        cloud=_cloud(metadata),
        private_image=environ.get(IMAGE, ""),
    )


def _workspace(text: str) -> Workspace | None:
    if not text:
        return None
    try:
        subscription, group, name = text.split("/")
    except ValueError as error:
        raise ValueError(
            f"{WORKSPACE} is subscription/resource-group/name, not {text!r}"
        ) from error
    return Workspace(subscription, group, name)


def _credential(token: str) -> TokenCredential:
    return GivenToken(token) if token else DefaultAzureCredential()


def _cloud(metadata: str) -> CloudSettings:
    if not metadata:
        return CloudSettings()
    return CloudSettings.of("live", msgspec.json.decode(metadata, type=dict[str, str]))
