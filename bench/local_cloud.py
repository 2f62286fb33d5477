"""The sandbox's storage and Azure ML service, started for a figure and removed after it.

Knows which parts a figure needs; what is measured is the figure's matter.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from promotion.adapters.azureml import AzureMLRegistries, CloudSettings
from promotion.domain.assets import AssetKind, AssetRef, Registry
from sandbox import resolver, tls
from sandbox.azureml.client import SandboxCredential, ml_client
from sandbox.config import Config
from sandbox.people import APP, PEOPLE
from sandbox.running import Sandbox, open_state

SOURCE: Final = Registry("dev-mlops-registry")
TARGET: Final = Registry("prod-mlops-registry")
#: What stores and serves models; the app itself is not among them.
MODELS: Final = ("blob front", "Azure ML service")


@contextmanager
def running(room: Path, *parts: str, front: str = "") -> Iterator[Config]:
    """Run Azurite and the named parts of a new sandbox in a folder that is removed afterwards.

    Args:
        room: the folder.
        parts: names of parts, in the order in which they start.
        front: the module of another blob front than the sandbox's own.
    """
    config, _ = open_state(room, time_scale=0.001)
    sandbox = Sandbox(config)
    if front:
        sandbox.parts["blob front"].module = front
    try:
        with ExitStack() as stack:
            tls.ensure(config)
            stack.enter_context(sandbox.azurite)
            for name in parts:
                part = sandbox.parts[name]
                stack.callback(part.stop)
                part.launch()
                part.wait()
            yield config
    finally:
        shutil.rmtree(room, ignore_errors=True)


def registries(
    config: Config,
    *,
    polling: float,
    credential: SandboxCredential | None = None,
) -> AzureMLRegistries:
    """Return the app's adapter, as the app makes it, under the app's identity unless told another."""
    resolver.install()
    os.environ["REQUESTS_CA_BUNDLE"] = str(config.ca_bundle)
    return AzureMLRegistries(
        credential or SandboxCredential(config, APP),
        CloudSettings.of("sandbox", config.cloud_metadata),
        polling_interval=polling,
    )


def model(name: str, home: Registry = SOURCE) -> AssetRef:
    """Return version 1 of a model."""
    return AssetRef(home=home, kind=AssetKind.MODELS, name=name, version="1")


def register(state: str, name: str, path: str, tags: dict[str, str] | None = None) -> None:
    """Register a model in the source registry with azure-ai-ml, as its author."""
    from azure.ai.ml.entities import Model

    client = ml_client(
        Config.load(Path(state)),
        PEOPLE["author"],
        registry=SOURCE.name,
        show_progress=False,
    )
    model = Model(name=name, version="1", path=path, type="custom_model", tags=tags)
    client.models.create_or_update(model)


def write_model(folder: Path, size: int, files: int) -> None:
    """Write a model of random bytes, `size` in all, in equal files."""
    folder.mkdir(parents=True)
    for number in range(files):
        with (folder / f"part-{number}.bin").open("wb") as file:
            left = size // files
            while left:
                left -= file.write(os.urandom(min(left, 1 << 24)))
