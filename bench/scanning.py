"""One file scanned by ours and by picklescan, each in its own process, counting what is read."""

import time
from pathlib import Path
from typing import Any, Final

_IO: Final = Path("/proc/self/io")


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
    """Scan with the product's scanner; return seconds and bytes read."""
    from promotion.checks.scan.engine import scan_files
    from promotion.checks.scan.model import ScanFile

    file = Path(path)

    def scan() -> bool:
        return scan_files([ScanFile(path=file.name, reader=LocalFile(file))]).blocked

    return _measured(scan)


def theirs(path: str) -> dict[str, Any]:
    """Scan with picklescan; return seconds and bytes read."""
    from picklescan.scanner import scan_file_path

    def scan() -> bool:
        found = scan_file_path(path)
        return bool(found.issues_count or found.scan_err)

    return _measured(scan)


def _measured(scan: Any) -> dict[str, Any]:  # noqa: ANN401 -- a function without arguments
    scan()
    before = _bytes_read()
    started = time.perf_counter()
    blocked = scan()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "bytes": _bytes_read() - before, "blocked": blocked}


def _bytes_read() -> int:
    # What read calls returned, wherever it came from (proc(5), rchar). Reading this file is in it: ~100.
    fields = dict(line.split(": ") for line in _IO.read_text().splitlines())
    return int(fields["rchar"])
