"""How much memory this process holds and held, as Linux tells it. Knows nothing else."""

import gc
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_CLEAR: Final = Path("/proc/self/clear_refs")
#: Makes Linux forget the peak (proc(5), clear_refs).
_FORGET_PEAK: Final = "5"


def start() -> int:
    """Forget the peak so far; return the bytes that are resident now."""
    gc.collect()
    _CLEAR.write_text(_FORGET_PEAK)
    return _field("VmRSS")


def peak() -> int:
    """Return the most bytes that were resident since `start`."""
    return _field("VmHWM")


def _field(name: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"{_STATUS} says nothing of {name}: the bench needs Linux")
