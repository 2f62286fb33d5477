"""The app's side of a check's process: starts it, serves it files, ends it in time. Knows no check."""

import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from promotion.adapters.outside import wire
from promotion.domain.errors import BrokenError, PromotionError, RetryableError
from promotion.domain.reading import FileAccess
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot

_CHILD: Final = "promotion.adapters.outside.child"
#: Of the environment, nothing else reaches the process: settings and secrets stay here.
_HANDED_ON: Final = ("PATH", "TMPDIR", "TZ", "SYSTEMROOT")
#: Of what the process prints, this many lines are told when it breaks.
_LAST_WORDS: Final = 5


class OutsideProcess:
    """Runs functions by their dotted path, each call in a new process."""

    def run(
        self,
        function: str,
        settings: dict[str, Any],
        snapshot: Snapshot,
        time_limit: dt.timedelta,
    ) -> CheckResult:
        """Return what the function answers.

        Raises:
            BrokenError: there is no such function, it raised, died, answered something else, or took
                longer than `time_limit`.
            RetryableError: a file could not be read for it.
        """
        with _Conversation(function, time_limit) as conversation:
            return conversation.hold(_task(function, settings, snapshot), snapshot)


class _Conversation:
    """One process from its start to its end."""

    def __init__(self, function: str, time_limit: dt.timedelta) -> None:
        self._function = function
        self._limit = time_limit
        self._late = False
        self._gone = False
        self._lock = threading.Lock()
        self._trouble: PromotionError | None = None
        self._words: deque[bytes] = deque(maxlen=_LAST_WORDS)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 -- this interpreter, our own module
            [sys.executable, "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._timer = threading.Timer(self._limit.total_seconds(), self._stop)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            self._kill()
            self._process.wait()
            self._gone = True
        self._listener.join(timeout=1)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def hold(self, task: wire.Task, snapshot: Snapshot) -> CheckResult:
        """Serve the process until it answers."""
        assert self._process.stdin is not None  # noqa: S101 -- opened above
        assert self._process.stdout is not None  # noqa: S101 -- as above
        try:
            wire.send(self._process.stdin, task)
            while True:
                said = wire.receive(self._process.stdout, wire.FromChild)
                match said:
                    case wire.Done(result=result):
                        return result
                    case wire.Broke(problem=problem):
                        raise self._broken(problem)
                    case question:
                        wire.send(self._process.stdin, self._served(question, snapshot))
        except (wire.BrokenPipeFrameError, OSError) as error:
            raise self._broken(str(error)) from error

    def _served(self, question: wire.Read | wire.Look | wire.Listing, snapshot: Snapshot) -> Any:  # noqa: ANN401 -- the fitting answer
        files = snapshot.files if question.which == "asset" else snapshot.champion_files
        try:
            return _answer(question, files)
        except PromotionError as error:
            self._trouble = error
            return wire.Refusal(str(error))

    def _broken(self, problem: str) -> PromotionError:
        if self._late:
            seconds = self._limit.total_seconds()
            return BrokenError(
                f"{self._function} took longer than {seconds:g} seconds and was stopped.",
                "Make it faster, or raise its time_limit.",
            )
        if isinstance(self._trouble, RetryableError):
            return self._trouble
        self._end()
        self._listener.join(timeout=1)
        words = b" / ".join(self._words).decode("utf-8", "replace")[-500:]
        last = f" Its last words: {words}" if words else ""
        return BrokenError(f"{self._function} gave no answer: {problem}.{last}")

    def _stop(self) -> None:
        self._late = True
        self._end()

    def _end(self) -> None:
        # Once it is waited for, its number may be another process's.
        with self._lock:
            if not self._gone:
                self._kill()

    def _kill(self) -> None:
        # The whole group: what the function started ends with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _listen(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 -- opened above
        while line := self._process.stderr.readline(10_000):
            if line.strip():
                self._words.append(line.strip()[:500])


def _answer(question: wire.Read | wire.Look | wire.Listing, files: FileAccess) -> msgspec.Struct:
    match question:
        case wire.Listing():
            return wire.Paths(files.paths)
        case wire.Look(path=path):
            return wire.Size(files.open(path).size)
        case wire.Read(path=path, offset=offset, length=length):
            reader = files.open(path)
            return wire.Content(reader.read(max(0, offset), min(length, wire.MAX_READ)))


def _task(function: str, settings: dict[str, Any], snapshot: Snapshot) -> wire.Task:
    return wire.Task(
        function=function,
        settings=settings,
        asset=snapshot.asset,
        manifest=snapshot.manifest,
        target=snapshot.target,
        target_versions=snapshot.target_versions,
        now=snapshot.now,
        submissions=snapshot.submissions,
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    paths = [str(Path(path).resolve()) for path in sys.path]
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",
    }
