"""The check's own process: finds the function, calls it, answers. Started by `process`, by nobody else.

Knows how to find code by name; must not be imported by the app.
"""

import importlib
import os
import sys
from collections.abc import Callable
from typing import IO, Any

import msgspec

from promotion.adapters.outside import wire
from promotion.domain.errors import NotFoundError, RetryableError
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot


class _Pipes:
    """Asks the app, one question at a time."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    def ask(self, question: msgspec.Struct) -> Any:  # noqa: ANN401 -- the answer that fits the question
        wire.send(self._outgoing, question)
        answer = wire.receive(self._incoming, wire.FromApp)
        if isinstance(answer, wire.Refusal):
            raise RetryableError(answer.problem)
        return answer


class _Reader:
    """One file, read through the app."""

    def __init__(self, pipes: _Pipes, which: wire.Which, path: str) -> None:
        self._pipes = pipes
        self._which = which
        self._path = path
        self.size: int = pipes.ask(wire.Look(which, path)).size

    def read(self, offset: int, length: int) -> bytes:
        pieces = []
        end = min(offset + length, self.size)
        for start in range(offset, end, wire.MAX_READ):
            count = min(wire.MAX_READ, end - start)
            pieces.append(self._pipes.ask(wire.Read(self._which, self._path, start, count)).content)
        return b"".join(pieces)


class _Files:
    """An asset's files, read through the app."""

    def __init__(self, pipes: _Pipes, which: wire.Which) -> None:
        self._pipes = pipes
        self._which = which

    @property
    def paths(self) -> tuple[str, ...]:
        found: tuple[str, ...] = self._pipes.ask(wire.Listing(self._which)).paths
        return found

    def open(self, path: str) -> _Reader:
        if path not in self.paths:
            raise NotFoundError(f"There is no file {path!r}.")
        return _Reader(self._pipes, self._which, path)


def main() -> None:
    """Answer one task, then end."""
    # What the function prints must not get between the frames.
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    task = wire.receive(incoming, wire.FromApp)
    wire.send(outgoing, _answer(task, _Pipes(incoming, outgoing)))


def _answer(task: wire.Task, pipes: _Pipes) -> msgspec.Struct:
    try:
        result = _find(task.function)(_snapshot(task, pipes), task.settings)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the app tells it
        return wire.Broke(f"{type(error).__name__}: {error}"[:2000])
    if not isinstance(result, CheckResult):
        return wire.Broke(f"it answered {type(result).__name__}, not CheckResult")
    return wire.Done(result)


def _find(function: str) -> Callable[[Snapshot, dict[str, Any]], object]:
    module, _, name = function.partition(":")
    found: Callable[[Snapshot, dict[str, Any]], object] = getattr(
        importlib.import_module(module), name
    )
    return found


def _snapshot(task: wire.Task, pipes: _Pipes) -> Snapshot:
    return Snapshot(
        asset=task.asset,
        manifest=task.manifest,
        target=task.target,
        target_versions=task.target_versions,
        now=task.now,
        files=_Files(pipes, "asset"),
        champion_files=_Files(pipes, "champion"),
        submissions=task.submissions,
    )


if __name__ == "__main__":
    main()
    sys.exit(0)
