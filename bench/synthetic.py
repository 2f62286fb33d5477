"""Models whose every byte is known before: put into a registry, promoted, read back past the app.

Each function runs in a process of its own. Putting and reading back go straight to Azurite, so that
neither the app's code nor the sandbox's proxy can hide a difference. Knows no bound and no figure.
"""

import hashlib
import io
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, override
from urllib.parse import urlsplit

from azure.storage.blob import ContainerClient

from bench import local_cloud, memory
from promotion.adapters.azureml import AzureMLRegistries
from promotion.domain.assets import AssetRef
from sandbox.azureml.client import SandboxCredential, ml_client
from sandbox.config import Config
from sandbox.people import APP, PEOPLE

#: What is promoted first, so that modules are loaded; no other figure has a model of this name.
WARM: Final = "warm-arrival"
_ROOT: Final = "upload/model"
_THREADS: Final = 8
_PIECE: Final = 4 * 1024 * 1024


class Content(io.RawIOBase):
    """The bytes of file `number`: no two blocks alike, none kept; hashed as they are read."""

    def __init__(self, number: int, size: int) -> None:
        super().__init__()
        self._blocks = _blocks(number, size)
        self._left = b""
        self.hash = hashlib.sha256()

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what io passes
        self._left = self._left or next(self._blocks, b"")
        piece, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(piece)] = piece
        self.hash.update(piece)
        return len(piece)


def put(state: str, name: str, files: int, size: int) -> dict[str, str]:
    """Register a model of synthetic files as its author; return the SHA-256 of each by path."""
    from azure.ai.ml.entities import Model

    config = Config.load(Path(state))
    author = SandboxCredential(config, PEOPLE["author"])
    place = local_cloud.registries(config, polling=1, credential=author)
    grant = place._connections.to_write(local_cloud.model(name)).grant  # noqa: SLF001 -- the place the registry gives
    container = _container(config, grant.endpoint, grant.container)

    def write(number: int) -> tuple[str, str]:
        content = Content(number, size)
        path = f"part {number % 50}/größe-{number}.bin" if files > 1 else "large.bin"
        container.upload_blob(f"{_ROOT}/{path}", io.BufferedReader(content, _PIECE), length=size)
        return path, content.hash.hexdigest()

    with ThreadPoolExecutor(_THREADS) as threads:
        written = dict(threads.map(write, range(files)))
    client = ml_client(config, PEOPLE["author"], registry=local_cloud.SOURCE.name)
    uri = f"{grant.endpoint}/{grant.container}/{_ROOT}"
    client.models.create_or_update(Model(name=name, version="1", path=uri, type="custom_model"))
    return written


def carry(state: str, name: str) -> dict[str, Any]:
    """Read the manifest, copy, create, as the app does; return hashes, seconds and bytes of growth."""
    adapter = local_cloud.registries(Config.load(Path(state)), polling=1)
    _promote(adapter, WARM)
    before = memory.start()
    found = _promote(adapter, name)
    return found | {"growth": memory.peak() - before}


def arrived(state: str, name: str) -> dict[str, Any]:
    """Read the files of the version that was made; return the SHA-256 of each by path, and their bytes."""
    config = Config.load(Path(state))
    client = ml_client(config, APP, registry=local_cloud.TARGET.name)
    uri = urlsplit(client.models.get(name, "1").path)
    holder, _, root = uri.path.strip("/").partition("/")
    container = _container(config, f"{uri.scheme}://{uri.netloc}", holder)
    names = [blob.name for blob in container.list_blobs(name_starts_with=f"{root}/")]
    with ThreadPoolExecutor(_THREADS) as threads:
        read = list(threads.map(lambda each: _read(container, each), names))
    hashes = {
        name.removeprefix(f"{root}/"): digest for name, (digest, _) in zip(names, read, strict=True)
    }
    return {"hashes": hashes, "bytes": sum(size for _, size in read)}


def _promote(adapter: AzureMLRegistries, name: str) -> dict[str, Any]:
    asset: AssetRef = local_cloud.model(name)
    target = local_cloud.model(name, local_cloud.TARGET)
    started = time.perf_counter()
    manifest = adapter.read_manifest(asset)
    read = time.perf_counter()
    while not adapter.transfer(asset, manifest, target).complete:
        pass
    adapter.create(adapter.describe(asset), manifest, target, {"promotion.request": "bench"})
    return {
        "hashes": {file.path: file.sha256 for file in manifest.files},
        "manifest_seconds": read - started,
        "copy_seconds": time.perf_counter() - read,
    }


def _container(config: Config, endpoint: str, container: str) -> ContainerClient:
    port = urlsplit(endpoint).port
    account = next(name for name, taken in config.ports.accounts.items() if taken == port)
    return ContainerClient.from_connection_string(config.connection_string(account), container)


def _read(container: ContainerClient, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for piece in container.download_blob(name).chunks():
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _blocks(number: int, size: int) -> Iterator[bytes]:
    # One random block a file, with its position written over its beginning: cheap, and never the same.
    base = random.Random(number).randbytes(min(size, _PIECE))  # noqa: S311 -- content, no secret
    for offset in range(0, size, _PIECE):
        block = offset.to_bytes(8) + base[8:]
        yield block[: size - offset]
