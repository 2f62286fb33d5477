"""Free loopback ports, each for one process alone, also before anything listens on it.

A sandbox chooses its ports seconds before its parts take them: of two that start at the same time, both could
find the same port free. So a port is locked, too, in a file that all of a user's processes share. The system drops
a process's locks when it ends. Knows locks and sockets; not what the ports are for.
"""

import contextlib
import fcntl
import functools
import itertools
import os
import secrets
import socket
import tempfile
import threading
from pathlib import Path
from typing import Final

#: Below the range from which systems take ports for clients: they stay free between runs.
RANGE: Final = range(20000, 32768)
#: What this process has locked: locks of one process do not exclude each other.
_ours: Final[set[int]] = set()
_one_at_a_time: Final = threading.Lock()


def take_ports(count: int) -> list[int]:
    """Return so many ports of `RANGE` that are free, and no other process's until this one ends.

    Raises:
        OSError: too few are left, or the file of the locks cannot be opened.
    """
    with _one_at_a_time:
        found = (port for port in _shuffled() if _lock(port) and _is_free(port))
        taken = list(itertools.islice(found, count))
    if len(taken) < count:
        raise OSError(f"fewer than {count} free loopback ports from {RANGE.start} to {RANGE[-1]}")
    return taken


def _shuffled() -> list[int]:
    return secrets.SystemRandom().sample(RANGE, len(RANGE))


def _lock(port: int) -> bool:
    if port in _ours:
        return False
    file = _file()
    # One byte of the file stands for one port; that byte need not exist. Whose lock it is, is told in two ways.
    with contextlib.suppress(BlockingIOError, PermissionError):
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        _ours.add(port)
        return True
    return False


def _is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False


@functools.cache
def _file() -> int:
    # Never closed: closing any descriptor of a file drops all locks that the process has on it.
    path = Path(tempfile.gettempdir()) / f"promotion-sandbox-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
