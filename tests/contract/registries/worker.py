"""Transfers one model in a process of its own, so that a test can kill it."""

import sys
from pathlib import Path

import msgspec
from azure.storage.blob import ContainerClient

from promotion.adapters.azureml import (
    AzureMLRegistries,
    BlobReceipts,
    CloudSettings,
    CopySettings,
)
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.manifest import Manifest
from sandbox import resolver
from sandbox.azureml.client import SandboxCredential
from sandbox.config import Config
from sandbox.people import APP
from tests.contract.registries.worlds import DEV, PROD


def main(folder: str, receipts: str, name: str) -> None:
    """Transfer the model `name` with one request at a time."""
    resolver.install()
    config = msgspec.json.decode((Path(folder) / "sandbox.json").read_bytes(), type=Config)
    manifest = msgspec.json.decode((Path(folder) / "manifest.json").read_bytes(), type=Manifest)
    container = ContainerClient.from_connection_string(config.connection_string(), receipts)
    adapter = AzureMLRegistries(
        SandboxCredential(config, APP),
        CloudSettings.of("sandbox", config.cloud_metadata),
        receipts=BlobReceipts(container),
        settings=CopySettings(parallel=1),
    )
    source = AssetRef(home=DEV, kind=AssetKind.MODELS, name=name, version="1")
    adapter.transfer(source, manifest, source.moved(PROD))


if __name__ == "__main__":
    main(*sys.argv[1:])
