"""A port is one process's alone, from the moment it is chosen."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.ports import RANGE, take_ports

#: So many that two who choose without asking each other share some for certain.
MANY = 500

NEIGHBOUR = f"""
import sys
from sandbox.ports import take_ports
print(*take_ports({MANY}), flush=True)
sys.stdin.read()
"""


OTHERS = """
import contextlib, json, sys
from sandbox import ports
left = 0
for port in json.load(sys.stdin):
    ports.RANGE = range(port, port + 1)
    with contextlib.suppress(OSError):
        left += len(ports.take_ports(1))
print(left)
"""


@pytest.fixture
def neighbour() -> Iterator[subprocess.Popen[str]]:
    """Another process that has chosen its ports and does not use them yet."""
    command = [sys.executable, "-c", NEIGHBOUR]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        yield running
        running.kill()


def _said(process: subprocess.Popen[str]) -> set[int]:
    assert process.stdout is not None
    return {int(port) for port in process.stdout.readline().split()}


def _left_to_others(ports: Iterable[int]) -> int:
    command = [sys.executable, "-c", OTHERS]
    given = json.dumps(sorted(ports))
    return int(
        subprocess.run(command, input=given, capture_output=True, check=True, text=True).stdout
    )


def test_two_processes_never_choose_the_same(neighbour: subprocess.Popen[str]) -> None:
    theirs = _said(neighbour)

    ours = take_ports(MANY)

    assert len(theirs) == len(set(ours)) == MANY
    assert theirs.isdisjoint(ours)


def test_a_process_that_ended_leaves_its_ports_to_others(neighbour: subprocess.Popen[str]) -> None:
    theirs = _said(neighbour)
    neighbour.kill()
    neighbour.wait()

    assert _left_to_others(theirs) == MANY


def test_ports_stay_taken_when_a_child_ends() -> None:
    ours = take_ports(MANY)
    subprocess.run([sys.executable, "-c", "import sandbox.ports as p; p.take_ports(1)"], check=True)

    assert _left_to_others(ours) == 0


def test_threads_never_choose_the_same() -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = [port for ports in pool.map(take_ports, [20] * 8) for port in ports]

    assert len(set(taken)) == len(taken) == 160


def test_what_somebody_listens_on_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    [busy, free] = take_ports(2)
    monkeypatch.setattr("sandbox.ports._ours", set())
    monkeypatch.setattr("sandbox.ports.RANGE", range(busy, busy + 1))

    with (
        socket.create_server(("127.0.0.1", busy)),
        pytest.raises(OSError, match=f"fewer than 1 free loopback ports from {busy} to {busy}"),
    ):
        take_ports(1)

    monkeypatch.setattr("sandbox.ports.RANGE", range(free, free + 1))
    assert take_ports(1) == [free]
    assert free in RANGE
