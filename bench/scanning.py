"""One file scanned by ours and by picklescan, each in its own process, counting what is read."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bench import local_cloud, wire
from promotion.checks.scan.engine import scan_files
from promotion.checks.scan.model import RangeReader, ScanFile
from sandbox.azureml.client import ml_client
from sandbox.config import Config
from sandbox.people import APP

_IO: Final = Path("/proc/self/io")
_WARM: Final = "warm"
_TIMES: Final = 11


class LocalFile:
    """A file on disk, read by ranges without any buffer in between."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.size = path.stat().st_size

    def read(self, offset: int, length: int) -> bytes:
        """Return a range."""
        self._file.seek(offset)
        return self._file.read(length)


def ours(path: str) -> dict[str, Any]:
    """Scan a local file with the product's scanner; return seconds and bytes read."""
    file = Path(path)
    return _measured(lambda: _blocked(file.name, LocalFile(file)))


def theirs(path: str) -> dict[str, Any]:
    """Scan a local file with picklescan; return seconds and bytes read."""
    return _measured(lambda: _picklescan(path))


def ours_stored(state: str, name: str) -> dict[str, Any]:
    """Scan a registered model's one file where it is, by ranges; return seconds and bytes received."""
    adapter = local_cloud.registries(Config.load(Path(state)), polling=1)

    def scan(model: str) -> bool:
        files = adapter.open_files(local_cloud.model(model))
        (path,) = files.paths
        return _blocked(path, files.open(path))

    scan(_WARM)
    return _once(lambda: scan(name))


def theirs_stored(state: str, room: str, name: str) -> dict[str, Any]:
    """Download the model with azure-ai-ml and scan it with picklescan, as a user does."""
    config = Config.load(Path(state))
    client = ml_client(config, APP, registry=local_cloud.SOURCE.name, show_progress=False)

    def scan(model: str) -> bool:
        with tempfile.TemporaryDirectory(dir=room) as folder:
            client.models.download(model, "1", download_path=folder)
            (path,) = (each for each in Path(folder).rglob("*") if each.is_file())
            return _picklescan(str(path))

    scan(_WARM)
    return _once(lambda: scan(name))


def _blocked(name: str, reader: RangeReader) -> bool:
    return scan_files([ScanFile(path=name, reader=reader)]).blocked


def _picklescan(path: str) -> bool:
    # Not among what the app and its tests need: `make bench` installs it.
    from picklescan.scanner import scan_file_path

    found = scan_file_path(path)
    return bool(found.issues_count or found.scan_err)


def _once(scan: Callable[[], bool]) -> dict[str, Any]:
    with wire.counted() as traffic:
        started = time.perf_counter()
        blocked = scan()
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "bytes": traffic.received, "blocked": blocked}


def _measured(scan: Callable[[], bool]) -> dict[str, Any]:
    scan()
    before = _bytes_read()
    blocked = scan()
    count = _bytes_read() - before
    seconds = []
    for _ in range(_TIMES):
        started = time.perf_counter()
        scan()
        seconds.append(time.perf_counter() - started)
    return {"seconds": statistics.median(seconds), "bytes": count, "blocked": blocked}


def _bytes_read() -> int:
    # What read calls returned, wherever it came from (proc(5), rchar). Reading this file is in it: ~100.
    fields = dict(line.split(": ") for line in _IO.read_text().splitlines())
    return int(fields["rchar"])
