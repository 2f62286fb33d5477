"""The files of a model read once: into a manifest, and plainly, thrown away. Each in its own process."""

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import requests

from bench import local_cloud, memory, wire
from promotion.adapters.azureml.files import list_files
from promotion.adapters.azureml.store import Store
from sandbox.config import Config

_PIECE: Final = 1024 * 1024
_WARM: Final = "warm"


def manifest(state: str, name: str) -> dict[str, Any]:
    """Read the manifest as validation does; return seconds, bytes of growth and the digest."""
    adapter = local_cloud.registries(Config.load(Path(state)), polling=1)
    adapter.read_manifest(local_cloud.model(_WARM))
    before = memory.start()
    started = time.perf_counter()
    found = adapter.read_manifest(local_cloud.model(name))
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "growth": memory.peak() - before, "digest": found.digest}


def manifest_bytes(state: str, name: str) -> dict[str, int]:
    """Read the manifest; return the bytes that came in for it."""
    adapter = local_cloud.registries(Config.load(Path(state)), polling=1)
    with wire.counted() as traffic:
        adapter.read_manifest(local_cloud.model(name))
    return {"received": traffic.received}


def plainly(state: str, name: str) -> dict[str, Any]:
    """Get every file by one request each, side by side, and throw the bytes away."""
    return _read(state, name, _discard)


def hashed(state: str, name: str) -> dict[str, Any]:
    """Do as `plainly`, but let SHA-256 see each piece first."""
    return _read(state, name, _hash)


def _read(state: str, name: str, get: Callable[[str], int]) -> dict[str, Any]:
    adapter = local_cloud.registries(Config.load(Path(state)), polling=1)
    to_read = adapter._connections.to_read  # noqa: SLF001 -- the addresses, as ours has them
    _get_all(to_read(local_cloud.model(_WARM)), get)
    started = time.perf_counter()
    # Whoever downloads asks the service where the files are, too.
    count = _get_all(to_read(local_cloud.model(name)), get)
    return {"seconds": time.perf_counter() - started, "bytes": count}


def _get_all(store: Store, get: Callable[[str], int]) -> int:
    urls = [store.signed_url(blob.name) for blob in list_files(store, "the model").blobs.values()]
    with ThreadPoolExecutor(len(urls)) as threads:
        return sum(threads.map(get, urls))


def _discard(url: str) -> int:
    return sum(len(piece) for piece in _pieces(url))


def _hash(url: str) -> int:
    digest, count = hashlib.sha256(), 0
    for piece in _pieces(url):
        digest.update(piece)
        count += len(piece)
    digest.hexdigest()
    return count


def _pieces(url: str) -> Iterator[bytes]:
    with requests.get(url, stream=True, timeout=60) as answer:
        answer.raise_for_status()
        yield from answer.iter_content(_PIECE)
