"""Fixtures of the live suite: where it works, throwaway models, and the end, when all is archived.

Skipped as a whole unless the environment names two registries. Run it as `make test-live`, which leaves
out the rule of all other tests that they talk to loopback only.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import AzureError

from promotion.adapters.azureml import AzureMLRegistries, CopySettings
from promotion.domain.assets import AssetRef, Home, Registry
from promotion.domain.errors import NotFoundError, PromotionError
from tests.live.report import Report
from tests.live.surroundings import Surroundings, missing, surroundings
from tests.live.wire import Wire

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

REPORT = Path(os.environ.get("LIVE_REPORT", "build/live-report.md"))
_WRITTEN = pytest.StashKey[Path]()

#: What throwaway models are made of.
FILES = {"MLmodel": b"flavors: {}\n", "weights/größe 1.bin": bytes(range(256)) * 64, "empty": b""}


@pytest.fixture(scope="session")
def place() -> Iterator[Surroundings]:
    """Where the suite works; what it made is archived at the end."""
    if reason := missing():
        pytest.skip(reason)
    found = surroundings()
    yield found
    _archive(found)


@pytest.fixture(scope="session")
def wire(place: Surroundings) -> Iterator[Wire]:
    """Plain requests."""
    session = Wire(place)
    yield session
    session.close()


@pytest.fixture(scope="session")
def report(place: Surroundings, pytestconfig: pytest.Config) -> Iterator[Report]:
    """Where answers go; written at the end."""
    found = Report()
    yield found
    found.write(REPORT, heading=f"Live: {place.source.name} to {place.target.name}")
    pytestconfig.stash[_WRITTEN] = REPORT


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say where the answers are."""
    if _WRITTEN in config.stash:
        terminalreporter.write_line(f"The answers are in {config.stash[_WRITTEN]}.")


@pytest.fixture
def adapter(place: Surroundings) -> AzureMLRegistries:
    """The product's adapter, as a process that was just started has it."""
    return make_adapter(place)


def make_adapter(place: Surroundings, **settings: Any) -> AzureMLRegistries:  # noqa: ANN401 - fields of CopySettings
    """Return an adapter with some bounds changed."""
    return AzureMLRegistries(
        place.credential,
        place.cloud,
        settings=CopySettings(**settings),
        identity="the identity of the live suite",
    )


@pytest.fixture(scope="session")
def model(place: Surroundings, tmp_path_factory: pytest.TempPathFactory) -> AssetRef:
    """A model in the source registry, registered by azure-ai-ml from a folder."""
    asset = place.asset("model", place.source)
    _register(place, asset, tmp_path_factory.mktemp("model"))
    return asset


@pytest.fixture(scope="session")
def workspace_model(place: Surroundings, tmp_path_factory: pytest.TempPathFactory) -> AssetRef:
    """A model in the workspace, registered by azure-ai-ml from a folder."""
    if place.workspace is None:
        pytest.skip("needs LIVE_WORKSPACE=subscription/resource-group/name")
    asset = place.asset("workspace-model", place.workspace)
    _register(place, asset, tmp_path_factory.mktemp("model"))
    return asset


def client(place: Surroundings, home: Home) -> "MLClient":
    """Return azure-ai-ml's own client for a registry or a workspace."""
    from azure.ai.ml import MLClient

    where: dict[str, Any] = {"registry_name": home.name}
    if not isinstance(home, Registry):
        where = {
            "subscription_id": home.subscription,
            "resource_group_name": home.resource_group,
            "workspace_name": home.name,
        }
    return MLClient(
        place.credential,
        polling_interval=2,
        **where,
        **place.cloud.sdk_arguments,
    )


def _register(place: Surroundings, asset: AssetRef, folder: Path) -> None:
    from azure.ai.ml.entities import Model

    for path, content in FILES.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    made = Model(name=asset.name, version=asset.version, path=folder, type="custom_model")
    client(place, asset.home).models.create_or_update(made)


def _archive(place: Surroundings) -> None:
    adapter = make_adapter(place)
    left = []
    for asset in place.made:
        try:
            if not adapter.describe(asset).archived:
                getattr(client(place, asset.home), asset.kind).archive(asset.name, asset.version)
        except NotFoundError:
            continue
        except (PromotionError, AzureError) as error:
            left.append(f"{asset.id}: {error}")
    assert not left, f"archive these by hand: {left}"
